/**
 * On an entry's page: adds a button, and what app/client/entry-check.ts finds as it goes, beside the drawing of the proof,
 * which it draws anew from what it found itself. Everything it sets is text. Without it, or where it is refused, the page is
 * whole.
 */
import { readBundle } from '#lib/bundle/read-bundle.ts';
import { SourceError, type FetchBytes } from '#lib/source/log-source.ts';
import { AuditPath, PathWords, type DrawnPath } from '../e/audit-path.tsx';
import { plural } from '../ui/time.ts';
import { getBytes, getJson } from './ask.ts';
import { element, part, reasonOf, stepItem } from './elements.ts';
import { checkEntry, StepFailure, type Question, type RunStep } from './entry-check.ts';
import { show } from './markup/show.ts';

const place = document.querySelector<HTMLElement>('[data-script=verify-entry]');
if (place !== null) offer(place);

function offer(here: HTMLElement): void {
  const button = element('button', 'Verify in this browser');
  button.type = 'button';
  const hint = element(
    'p',
    'It asks the log itself and checks every step. Of us it takes only the code, and which entry is meant.',
    'hint',
  );
  const verdict = element('p');
  verdict.setAttribute('role', 'status');
  const onward = element('p');
  const link = element('a', 'Each step, with its raw values');
  link.href = '#proof';
  onward.append(link);
  onward.hidden = true;
  const act = element('div', '', 'verify-act');
  act.append(button, hint);
  here.replaceChildren(act, verdict, onward);
  const bundle = bundleField(here.dataset['kind'] === 'rekor-v2');
  const steps = part('entry-steps', HTMLOListElement);
  const verify = () => {
    button.disabled = true;
    steps.replaceChildren();
    drawing().removeAttribute('data-failed');
    verdict.className = '';
    verdict.textContent = 'Checking…';
    void check(here.dataset, bundle.input.files?.[0], steps)
      .then((found) => tell(verdict, found))
      .finally(() => {
        button.disabled = false;
        onward.hidden = false;
        bundle.field.hidden = false;
      });
  };
  button.addEventListener('click', verify);
  bundle.input.addEventListener('change', verify);
}

/** Below the steps, once one of them has said what it is for. */
function bundleField(isAsked: boolean): { field: HTMLElement; input: HTMLInputElement } {
  const input = element('input');
  input.type = 'file';
  input.id = 'entry-bundle';
  const label = element('label', 'With its bundle, if you have it');
  label.htmlFor = input.id;
  const hint = element(
    'p',
    'The word of a timestamp authority is in the bundle alone. It is read here and goes nowhere.',
    'hint',
  );
  hint.id = 'entry-bundle-hint';
  input.setAttribute('aria-describedby', hint.id);
  const field = element('div', '', 'field');
  field.append(label, input, hint);
  field.hidden = true;
  if (isAsked) part('entry-bundle-place', HTMLElement).append(field);
  return { field, input };
}

function drawing(): HTMLElement {
  return part('entry-path', HTMLElement);
}

/** In ink, since it was proved here; of the tree of now, which may have grown since the page was made. */
function draw(path: DrawnPath): void {
  show(drawing(), <AuditPath path={path} by="browser" />);
  show(part('entry-path-words', HTMLElement), <PathWords path={path} by="browser" />);
}

/** Steps that say of the drawing that it is not so. */
const drawn: ReadonlySet<string> = new Set(['Checkpoint', 'Entry', 'Inclusion']);

function tell(place: HTMLElement, { words, tone }: Verdict): void {
  place.className = `notice ${tone}`;
  place.replaceChildren(element('span', words));
}

interface Verdict {
  readonly words: string;
  readonly tone: 'good' | 'bad' | 'warn';
}

/** What came of the steps, by name. */
type Steps = Record<'passed' | 'noted' | 'failed' | 'away', string[]>;

async function check(data: DOMStringMap, bundle: File | undefined, list: HTMLElement): Promise<Verdict> {
  const { logUrl = '', origin = '', index = '', leafHash = '', publicKey = '', witnessPolicy = '' } = data;
  const question: Question = { logUrl, origin, index: BigInt(index), leafHash, publicKey, witnessPolicy };
  const name = `sigwatch.checkpoint.${origin}`;
  const steps: Steps = { passed: [], noted: [], failed: [], away: [] };
  const run: RunStep = async (step, work) => {
    if (work === undefined) {
      list.append(stepItem(step, 'missed', 'not reached, since a step before it failed'));
      return undefined;
    }
    try {
      const [value, { words, values, state = 'passed' }] = await work();
      steps[state].push(step);
      list.append(stepItem(step, state, words, values));
      return value;
    } catch (error) {
      steps[isAway(error) ? 'away' : 'failed'].push(step);
      if (drawn.has(step) && !isAway(error)) drawing().dataset['failed'] = '';
      list.append(
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
      proved: draw,
      bundle: async () => bundle && readBundle(await bundle.text()),
      now: new Date(),
    },
    run,
  );
  return verdictOf(steps);
}

function verdictOf({ passed, noted, failed, away }: Steps): Verdict {
  if (failed.length > 0) return { words: `Refused at: ${failed.join(', ')}.`, tone: 'bad' };
  if (away.length === 0)
    return { words: `Verified by this browser: ${tally(passed.length, noted)}`, tone: 'good' };
  const what = away.includes('Trusted root') ? 'the trusted root' : 'the log';
  return {
    words: `Not verified: ${what} could not be reached. That says nothing against the entry.`,
    tone: 'warn',
  };
}

/** What was not checked is named: each step says why. */
function tally(checked: number, noted: readonly string[]): string {
  const here = `${plural(checked, 'step')} checked here`;
  if (noted.length === 0) return `${here}, all there are.`;
  return `${here}, ${noted.length} not possible (${noted.join(', ')}): each says why.`;
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
