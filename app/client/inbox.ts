/**
 * The inbox by keyboard. Every key does what the form of the page does: it is sent by this script, and what came back is
 * put in its place, so that whoever works through many alerts loses neither their place nor their way back.
 */
import { part } from './elements.ts';

const answers = { e: 'acknowledged', m: 'mine' } as const;
const said = { acknowledged: 'seen, being looked into', mine: 'this was me', undo: 'as before' } as const;
type Act = keyof typeof said;

const kept = 'sigwatch-inbox-keys';
/** Of the last answer given here, on this page or the one before it. */
let last: readonly string[] = [
  ...document.querySelectorAll<HTMLInputElement>('#said input[name^="alert-"]'),
].map(({ name }) => name);
let isBusy = false;

setUp();
document.addEventListener('keydown', (event) => {
  if (isForUs(event) && take(event.key)) event.preventDefault();
});
document.addEventListener('focusin', () => {
  const row = document.activeElement?.closest('.inbox-row');
  if (row === null || row === undefined) return;
  for (const other of rows()) other.removeAttribute('data-here');
  row.setAttribute('data-here', '');
});

function setUp(): void {
  part('inbox-keys', HTMLDetailsElement).hidden = false;
  const isOn = part('inbox-keys-on', HTMLInputElement);
  isOn.checked = localStorage.getItem(kept) !== 'off';
  isOn.addEventListener('change', () => localStorage.setItem(kept, isOn.checked ? 'on' : 'off'));
  offerAll();
}

function offerAll(): void {
  const all = document.getElementById('inbox-all');
  if (all === null) return;
  all.hidden = false;
  all.addEventListener('click', tickAll);
}

/** Not while somebody types, chose to have no keys, or means the browser. */
function isForUs({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || localStorage.getItem(kept) === 'off') return false;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return false;
  return !(target instanceof HTMLInputElement) || target.type === 'checkbox';
}

function take(key: string): boolean {
  switch (key) {
    case 'j':
      return goTo(at() + 1);
    case 'k':
      return goTo(Math.max(0, at() - 1));
    case 'x':
      return tick();
    case 'a':
      return tickAll();
    case 'e':
    case 'm':
      void say(answers[key], chosen());
      return true;
    case 'n':
      return open();
    case 'u':
      void say('undo', last);
      return true;
    case '?':
      return showKeys();
    default:
      return false;
  }
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.inbox-row')];
}

function at(): number {
  return rows().findIndex((row) => row.hasAttribute('data-here'));
}

function boxOf(row: HTMLElement | undefined): HTMLInputElement | null {
  return row?.querySelector('input') ?? null;
}

function goTo(place: number): boolean {
  const all = rows();
  const row = all[Math.min(place, all.length - 1)];
  row?.querySelector('a')?.focus();
  row?.scrollIntoView({ block: 'nearest' });
  return true;
}

function tick(): boolean {
  const box = boxOf(rows()[at()]);
  if (box === null) return true;
  box.checked = !box.checked;
  const ticked = rows().filter((row) => boxOf(row)?.checked === true).length;
  tell(`${box.checked ? 'Ticked' : 'Not ticked'}: ${ticked} in all.`);
  return true;
}

/** All; none where all are. */
function tickAll(): boolean {
  const boxes = rows().flatMap((row) => boxOf(row) ?? []);
  const isOn = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = isOn;
  tell(`Ticked: ${isOn ? boxes.length : 0} in all.`);
  return true;
}

/** What is ticked; else the one the reader is at. */
function chosen(): string[] {
  const ticked = rows().filter((row) => boxOf(row)?.checked === true);
  const here = rows()[at()];
  const meant = ticked.length > 0 ? ticked : here === undefined ? [] : [here];
  return meant.flatMap((row) => boxOf(row)?.name ?? []);
}

/** What to do next depends on the alert, so it is said on its own page. */
function open(): boolean {
  const link = rows()[at()]?.querySelector('a');
  if (link === null || link === undefined) tell('Go to an alert first, with j.');
  else location.assign(link.href);
  return true;
}

function showKeys(): boolean {
  const details = part('inbox-keys', HTMLDetailsElement);
  details.open = !details.open;
  if (details.open) details.querySelector('summary')?.focus();
  return true;
}

async function say(act: Act, names: readonly string[]): Promise<void> {
  if (names.length === 0)
    return tell(act === 'undo' ? 'Nothing was answered here yet.' : 'Go to an alert first, with j.');
  if (isBusy) return;
  isBusy = true;
  const place = Math.max(0, at());
  try {
    const form = part('inbox', HTMLFormElement);
    const fields = new URLSearchParams({ act, here: valueOf(form, 'here'), reason: valueOf(form, 'reason') });
    for (const name of names) fields.set(name, 'on');
    const answer = await fetch(location.pathname, { method: 'POST', body: fields });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (!answer.ok || page.getElementById('main') === null) throw new Error(`answered ${answer.status}`);
    last = act === 'undo' ? [] : names;
    show(page, place);
    const count = `${names.length} ${names.length === 1 ? 'alert' : 'alerts'}`;
    tell(`${count}: ${said[act]}.${act === 'undo' ? '' : ' Press u to take it back.'}`);
  } catch {
    tell('That did not get through: nothing was changed. Load the page again.');
  } finally {
    isBusy = false;
  }
}

function valueOf(form: HTMLFormElement, name: string): string {
  return String(new FormData(form).get(name) ?? '');
}

/** The parts of the page that an answer changes, as the server made them. */
function show(page: Document, place: number): void {
  // The heading of the page, and of the form what there is to answer and how.
  for (const name of ['.opening-words', '.inbox-list', '.inbox-answers']) {
    const [fresh, old] = [page.querySelector(name), document.querySelector(name)];
    if (fresh === null || old === null) return location.reload();
    old.replaceWith(document.adoptNode(fresh));
  }
  offerAll();
  if (rows().length > 0) goTo(place);
}

function tell(words: string): void {
  part('inbox-said', HTMLElement).textContent = words;
}
