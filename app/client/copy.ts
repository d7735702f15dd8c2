/**
 * A press beside a value that puts it on the clipboard, and says so to whom only hears the page. Made here, so that
 * without script there is no button that does nothing.
 */
import { element } from './elements.ts';

const toldForMs = 2_000;

const said = element('output', '', 'unseen');
document.body.append(said);
addButtons();
// What a script of ours shows later has values as well.
new MutationObserver(addButtons).observe(document.body, { childList: true, subtree: true });

function addButtons(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-copy]:not(:has(> .copy))'))
    addButton(place);
}

function addButton(place: HTMLElement): void {
  const what = place.dataset['copy'] ?? '';
  const button = element('button', 'Copy', 'copy');
  button.type = 'button';
  button.append(element('span', ` ${what}`, 'unseen'));
  button.addEventListener('click', () => void copy(place, button, what));
  place.append(button);
}

async function copy(place: HTMLElement, button: HTMLButtonElement, what: string): Promise<void> {
  const value = place.querySelector('[data-copied]');
  if (value === null) return;
  const done = await toClipboard(value.textContent ?? '');
  if (!done) getSelection()?.selectAllChildren(value);
  say(
    done
      ? `Copied ${what}.`
      : 'This browser keeps its clipboard to itself. The text is selected: copy it by key.',
  );
  const [word] = button.childNodes;
  if (word === undefined) return;
  word.nodeValue = done ? 'Copied' : 'Selected';
  setTimeout(() => (word.nodeValue = 'Copy'), toldForMs);
}

/** Emptied first: the same words a second time would not be said again. */
function say(words: string): void {
  said.textContent = '';
  setTimeout(() => (said.textContent = words), 50);
}

/** False where there is none (a page that did not come by HTTPS), or it is not given. */
async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
