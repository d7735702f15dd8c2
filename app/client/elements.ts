/** What scripts of ours put into a page: set as text, never as markup; a stranger's text made visible first. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { NamedValues } from '#lib/verify/raw-values.ts';

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  text = '',
  className = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}

/** A stranger's text, line by line. */
function strangerLines(text: string): Node[] {
  return text.split('\n').flatMap((line, at) => {
    const shown = element('bdi', visibleText(line, 20_000));
    return at === 0 ? [shown] : [document.createTextNode('\n'), shown];
  });
}

const stepMarks = { passed: '✓', failed: '✗', noted: '○', missed: '·' } as const;

/** `noted`: there was nothing to check. `missed`: it was not reached. */
export type StepState = keyof typeof stepMarks;

/** One step of a check, with the raw values that a doubter wants folded away below it. */
export function stepItem(
  name: string,
  state: StepState,
  words: string,
  values: NamedValues = [],
): HTMLElement {
  const item = element('li', '', state);
  const mark = element('span', stepMarks[state]);
  mark.setAttribute('aria-hidden', 'true');
  const line = element('p');
  line.append(element('strong', name), `: ${state === 'failed' ? 'failed, ' : ''}`, ...strangerLines(words));
  item.append(mark, line);
  if (values.length > 0) {
    const details = element('details', '', 'raw-values');
    details.append(element('summary', 'Raw values'), ...values.map(rawValue));
    item.append(details);
  }
  return item;
}

function rawValue([title, value]: NamedValues[number]): HTMLElement {
  const place = element('div');
  const heading = element('p', '', 'hint');
  heading.append(...strangerLines(title));
  const text = element('pre', '', 'command command-wraps');
  text.tabIndex = 0;
  text.append(...strangerLines(value));
  place.append(heading, text);
  return place;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'an unknown error';
}

/** The part of the page that a script of ours works on; its words are the server's. */
export function part<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${id}`);
}
