/**
 * On an entry's page: adds a button, and what app/client/entry-check.ts finds as it goes.
 * Everything is set as text. Without it, or where it is refused, the page is whole.
 */
import { SourceError, type FetchBytes } from '#lib/source/log-source.ts';
import { getBytes, getJson } from './ask.ts';
import { element, reasonOf, stepItem } from './elements.ts';
import { checkEntry, type Question, type RunStep } from './entry-check.ts';

const place = document.querySelector<HTMLElement>('[data-script=verify-entry]');
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
      steps.append(stepItem(step, true, ...result));
      return value;
    } catch (error) {
      failed = step;
      steps.append(stepItem(step, false, reasonOf(error)));
      throw error;
    }
  };
  const world = {
    askLog: below(logUrl),
    trustedRoot: () => getJson(trustedRoot),
    remembered: recall(name),
    remember: (checkpoint: string) => keep(name, checkpoint),
  };
  try {
    await checkEntry(question, world, run);
    return 'Verified by this browser: every step above was computed here.';
  } catch (error) {
    const unreachable = error instanceof SourceError && error.code === 'unreachable';
    if (failed === '') steps.append(stepItem('Entry', false, reasonOf(error)));
    return unreachable
      ? `Not verified: ${failed === 'Trusted root' ? 'the trusted root' : 'the log'} could not be reached. That says nothing against the entry.`
      : `Refused at: ${failed === '' ? 'reading the entry' : failed}. Nothing after it was checked.`;
  }
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
