/**
 * On an entry's page: adds a button, and what app/client/entry-check.ts finds as it goes.
 * Everything is set as text. Without it, or where it is refused, the page is whole.
 */
import { readBundle } from '#lib/bundle/read-bundle.ts';
import { SourceError, type FetchBytes } from '#lib/source/log-source.ts';
import { getBytes, getJson } from './ask.ts';
import { element, reasonOf, stepItem } from './elements.ts';
import { checkEntry, StepFailure, type Question, type RunStep } from './entry-check.ts';

const place = document.querySelector<HTMLElement>('[data-script=verify-entry]');
if (place !== null) offer(place);

function offer(here: HTMLElement): void {
  const button = element('button', 'Verify in this browser');
  button.type = 'button';
  const bundle = element('input');
  bundle.type = 'file';
  bundle.id = 'entry-bundle';
  const label = element('label', 'With its bundle, if you have it');
  label.htmlFor = bundle.id;
  const hint = element(
    'p',
    'The word of a timestamp authority is in the bundle alone. It is read here and goes nowhere.',
    'hint',
  );
  hint.id = 'entry-bundle-hint';
  bundle.setAttribute('aria-describedby', hint.id);
  const field = element('div', '', 'field');
  field.append(label, bundle, hint);
  const steps = element('ol', '', 'checks');
  const verdict = element('p');
  verdict.setAttribute('role', 'status');
  here.replaceChildren(...(here.dataset['kind'] === 'rekor-v2' ? [field] : []), button, verdict, steps);
  button.addEventListener('click', () => {
    button.disabled = true;
    steps.replaceChildren();
    verdict.className = '';
    verdict.textContent = 'Checking…';
    void check(here.dataset, bundle.files?.[0], steps)
      .then((found) => tell(verdict, found))
      .finally(() => (button.disabled = false));
  });
}

function tell(place: HTMLElement, { words, tone }: Verdict): void {
  place.className = `notice ${tone}`;
  place.replaceChildren(element('span', words));
}

interface Verdict {
  readonly words: string;
  readonly tone: 'good' | 'bad' | 'warn';
}

async function check(data: DOMStringMap, bundle: File | undefined, steps: HTMLElement): Promise<Verdict> {
  const { logUrl = '', origin = '', index = '', leafHash = '', publicKey = '', witnessPolicy = '' } = data;
  const question: Question = { logUrl, origin, index: BigInt(index), leafHash, publicKey, witnessPolicy };
  const name = `sigwatch.checkpoint.${origin}`;
  const failed: string[] = [];
  const away: string[] = [];
  const run: RunStep = async (step, work) => {
    if (work === undefined) {
      steps.append(stepItem(step, 'missed', 'not reached, since a step before it failed'));
      return undefined;
    }
    try {
      const [value, { words, values, state = 'passed' }] = await work();
      steps.append(stepItem(step, state, words, values));
      return value;
    } catch (error) {
      (isAway(error) ? away : failed).push(step);
      steps.append(
        stepItem(step, 'failed', reasonOf(error), error instanceof StepFailure ? error.values : []),
      );
      return undefined;
    }
  };
  await checkEntry(
    question,
    {
      askLog: below(logUrl),
      trustedRoots: [data['trustedRoot'] ?? '', '/verify/public-instance.json'].map(
        (url) => () => getJson(url),
      ),
      remembered: recall(name),
      remember: (checkpoint) => keep(name, checkpoint),
      bundle: async () => bundle && readBundle(await bundle.text()),
      now: new Date(),
    },
    run,
  );
  return verdictOf(failed, away);
}

function verdictOf(failed: readonly string[], away: readonly string[]): Verdict {
  if (failed.length > 0) return { words: `Refused at: ${failed.join(', ')}.`, tone: 'bad' };
  if (away.length === 0)
    return { words: 'Verified by this browser: every step below was computed here.', tone: 'good' };
  const what = away.includes('Trusted root') ? 'the trusted root' : 'the log';
  return {
    words: `Not verified: ${what} could not be reached. That says nothing against the entry.`,
    tone: 'warn',
  };
}

function isAway(error: unknown): boolean {
  return error instanceof SourceError && error.code === 'unreachable';
}

function below(logUrl: string): FetchBytes {
  const base = new URL(`${logUrl.replace(/\/+$/, '')}/`);
  return (path, maxBytes) => getBytes(new URL(path, base).href, maxBytes);
}

function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(name: string, checkpoint: string): void {
  try {
    localStorage.setItem(name, checkpoint);
  } catch {
    // A browser that keeps nothing verifies all the same.
  }
}
