/** What scripts of ours put into a page: set as text, never as markup; a stranger's text made visible first. */
import { visibleText } from '#lib/encoding/visible-text.ts';

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
export function strangerLines(text: string): Node[] {
  return text.split('\n').flatMap((line, at) => {
    const shown = element('bdi', visibleText(line, 20_000));
    return at === 0 ? [shown] : [document.createTextNode('\n'), shown];
  });
}

/** One step of a check, with the raw values that a doubter wants folded away below it. */
export function stepItem(
  name: string,
  passed: boolean,
  words: string,
  values: Readonly<Record<string, string>> = {},
): HTMLElement {
  const item = element('li', '', passed ? 'passed' : 'failed');
  const state = element('span', passed ? '✓' : '✗');
  state.setAttribute('aria-hidden', 'true');
  const line = element('p', `${name}: ${passed ? '' : 'failed, '}`);
  line.append(...strangerLines(words));
  item.append(state, line);
  for (const [title, value] of Object.entries(values)) {
    const details = document.createElement('details');
    const text = element('pre', '', 'command command-wraps');
    text.tabIndex = 0;
    text.append(...strangerLines(value));
    details.append(element('summary', title), text);
    item.append(details);
  }
  return item;
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
