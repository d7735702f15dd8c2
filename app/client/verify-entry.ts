/**
 * The one script of this site: on an entry's page it adds a button, and what app/client/entry-check.ts finds as it goes.
 * Everything is set as text. Without it, or where it is refused, the page is whole.
 */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { SourceError, type FetchBytes } from '#lib/source/log-source.ts';
import { checkEntry, type Question, type RunStep, type StepResult } from './entry-check.ts';

const timeoutMs = 10_000;
const place = document.querySelector<HTMLElement>('[data-verify-entry]');
if (place !== null) offer(place);

function offer(here: HTMLElement): void {
  const button = element('button', 'Verify in this browser');
  button.type = 'button';
  button.className = 'second';
  const steps = document.createElement('ol');
  steps.className = 'checks';
  const verdict = element('p', '');
  verdict.setAttribute('role', 'status');
  here.replaceChildren(button, steps, verdict);
  button.addEventListener('click', () => {
    button.disabled = true;
    steps.replaceChildren();
    verdict.textContent = 'Checking…';
    void check(here.dataset, steps)
      .then((words) => (verdict.textContent = words))
      .finally(() => (button.disabled = false));
  });
}

async function check(data: DOMStringMap, steps: HTMLElement): Promise<string> {
  const { logUrl = '', origin = '', index = '', leafHash = '', trustedRoot = '' } = data;
  const question: Question = { logUrl, origin, index: BigInt(index), leafHash };
  const name = `sigwatch.checkpoint.${origin}`;
  let failed = '';
  const run: RunStep = async (step, work) => {
    try {
      const [value, result] = await work();
      steps.append(shown(step, true, result));
      return value;
    } catch (error) {
      failed = step;
      steps.append(shown(step, false, [reasonOf(error), {}]));
      throw error;
    }
  };
  const world = {
    askLog: below(logUrl),
    trustedRoot: async (): Promise<unknown> =>
      JSON.parse(new TextDecoder().decode(await get(trustedRoot, 1 << 20))),
    remembered: recall(name),
    remember: (checkpoint: string) => keep(name, checkpoint),
  };
  try {
    await checkEntry(question, world, run);
    return 'Verified by this browser: every step above was computed here.';
  } catch (error) {
    const unreachable = error instanceof SourceError && error.code === 'unreachable';
    if (failed === '') steps.append(shown('Entry', false, [reasonOf(error), {}]));
    return unreachable
      ? `Not verified: ${failed === 'Trusted root' ? 'the trusted root' : 'the log'} could not be reached. That says nothing against the entry.`
      : `Refused at: ${failed === '' ? 'reading the entry' : failed}. Nothing after it was checked.`;
  }
}

function shown(step: string, passed: boolean, [words, values]: StepResult): HTMLElement {
  const item = document.createElement('li');
  item.className = passed ? 'passed' : 'failed';
  const state = element('span', passed ? '✓' : '✗');
  state.setAttribute('aria-hidden', 'true');
  const line = element('p', `${step}: ${passed ? '' : 'failed, '}`);
  line.append(...lines(words));
  item.append(state, line);
  for (const [name, value] of Object.entries(values)) {
    const details = document.createElement('details');
    const text = document.createElement('pre');
    text.className = 'command command-wraps';
    text.tabIndex = 0;
    text.append(...lines(value));
    details.append(element('summary', name), text);
    item.append(details);
  }
  return item;
}

/** A stranger's text, line by line: visible, and never markup. */
function lines(text: string): Node[] {
  return text.split('\n').flatMap((line, at) => {
    const shownLine = element('bdi', visibleText(line, 20_000));
    return at === 0 ? [shownLine] : [document.createTextNode('\n'), shownLine];
  });
}

function below(logUrl: string): FetchBytes {
  const base = new URL(`${logUrl.replace(/\/+$/, '')}/`);
  return (path, maxBytes) => get(new URL(path, base).href, maxBytes);
}

async function get(url: string, maxBytes: number): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(timeoutMs);
  const options = { signal, credentials: 'omit', referrerPolicy: 'no-referrer' } as const;
  const answer = await fetch(url, options).catch((cause: unknown) => {
    throw new SourceError('unreachable', 'no answer', { cause });
  });
  if (answer.status === 404) throw new SourceError('not-found', 'not found');
  if (!answer.ok) throw new SourceError('unreachable', `answered ${answer.status}`);
  const bytes = new Uint8Array(
    await answer.arrayBuffer().catch((cause: unknown) => {
      throw new SourceError('unreachable', 'the answer broke off', { cause });
    }),
  );
  if (bytes.length > maxBytes) throw new SourceError('too-large', 'the answer is longer than it may be');
  return bytes;
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

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'an unknown error';
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, text: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
