/**
 * The one box, with script: says what was recognised as it is typed, takes a dropped file (hashed here), and finds the first
 * answer among all names whose SHA-256 begins alike, so that nobody learns which one was looked for.
 */
import * as z from 'zod';
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { normalise, type Identity } from '#lib/identity/normalise.ts';
import { directionalParts } from '#lib/identity/directional-parts.ts';
import { foreignLetters, latinLookOf } from '#lib/identity/alphabet.ts';
import { legibleName } from '#lib/identity/legible.ts';
import { boundTo } from '../find/bound-to.ts';
import { whyNotUnderstood } from '../find/not-understood.ts';
import { identityPath, identityText, questionName, readQuestion } from '../find/question.ts';
import { searchedWords } from '../logs/searched.ts';
import { getJson } from './ask.ts';
import { element, part } from './elements.ts';

const form = part('find', HTMLFormElement);
const box = part('q', HTMLInputElement);
const kind = part('find-kind', HTMLElement);
const answer = part('find-answer', HTMLElement);
const number = new Intl.NumberFormat('en-GB');
const prefixDigits = 5;
const largest = 1 << 30;

const range = z.object({
  names: z.array(z.tuple([z.string(), z.number().nullable(), z.number().nullable()])),
  completeUpTo: z.array(z.object({ log: z.string(), from: z.number(), size: z.number() })),
});

box.addEventListener('input', recognise);
recognise();
part('find-file-place', HTMLElement).hidden = false;
part('find-file', HTMLInputElement).addEventListener('change', (event) => {
  if (event.target instanceof HTMLInputElement) void lookUpFile(event.target.files?.[0]);
});
document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  void lookUpFile(event.dataTransfer?.files[0]);
});
form.addEventListener('submit', (event) => {
  const question = readQuestion(box.value);
  if (question === undefined && box.value.trim() !== '') {
    event.preventDefault();
    const why = element('p', whyNotUnderstood(box.value), 'problem');
    why.role = 'alert';
    answer.replaceChildren(why);
  }
  if (question?.kind !== 'identity') return;
  event.preventDefault();
  void lookUp(question.identity).catch(() => form.submit());
});

function recognise(): void {
  const question = readQuestion(box.value);
  kind.textContent = question === undefined ? '' : questionName(question);
  answer.replaceChildren();
}

async function lookUpFile(file: File | undefined): Promise<void> {
  if (file === undefined) return;
  if (file.size > largest) {
    answer.replaceChildren(element('p', 'Too large for a browser: type its SHA-256 instead.', 'problem'));
    return;
  }
  answer.replaceChildren(element('p', 'Hashing here; the file stays with you…'));
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  location.assign(`/d/${toHex(new Uint8Array(digest))}`);
}

async function lookUp(identity: Identity): Promise<void> {
  const text = identityText(identity);
  const hash = toHex(sha256(utf8(identity.value)));
  const prefix = hash.slice(0, prefixDigits);
  const { names, completeUpTo } = range.parse(await getJson(`/api/v1/range/${prefix}`));
  const [, signed = 0, forged = 0] = names.find(([rest]) => prefix + rest === hash) ?? [];
  const name = nameOf(identity);
  const verdict = element('h2', '', 'find-verdict');
  if (signed === null || forged === null) return tellUnlisted(verdict, name, identityPath(text));
  const bound = boundTo(identity);
  verdict.append(`${signed === 0 ? 'No signatures' : count(signed, 'signature')} ${bound} `, name);
  const searched = searchedWords(
    completeUpTo.map(({ from, size }) => ({ from: BigInt(from), size: BigInt(size) })),
  );
  const how = element('p', '', 'hint');
  how.append(
    `Searched ${searched}. This browser asked for all names whose SHA-256 begins with `,
    element('code', prefix),
    ' and found this one itself: we do not know whom you looked up. Its page tells us.',
  );
  const link = element('a', signed === 0 ? 'Watch this name' : 'Show and check them', 'button');
  link.href = identityPath(text);
  const act = element('p');
  act.append(link);
  const warning = element('p', `${count(forged, 'entry', 'entries')} with a forged certificate besides.`);
  answer.replaceChildren(verdict, ...alphabetNote(identity), ...(forged > 0 ? [warning] : []), act, how);
}

/** As app/ui/name.tsx shows it. */
function nameOf(identity: Identity): HTMLElement {
  const text = identityText(identity);
  const legible = legibleName(text);
  const name = element('span', '');
  const shown = element('bdi', '');
  const parts = directionalParts(visibleText(legible));
  if (parts !== undefined) shown.dir = 'ltr';
  shown.append(...(parts?.map((part) => element('bdi', part)) ?? [visibleText(legible)]));
  name.append(shown);
  if (legible !== text) name.append(' (', element('bdi', visibleText(text)), ')');
  return name;
}

/** As app/ui/alphabet-note.tsx says it. */
function alphabetNote(identity: Identity): HTMLElement[] {
  const text = legibleName(identity.value);
  const foreign = foreignLetters(text);
  if (foreign.length === 0) return [];
  const said = foreign.map(({ letter, alphabet }) => `“${letter}” is ${alphabet}`).join(', ');
  const note = element('p', `Not the letters it seems: ${said}. `, 'notice notable');
  const [other] = normalise(identity.kind, latinLookOf(text) ?? '');
  if (other !== undefined) {
    const link = element('a', visibleText(other.value));
    link.href = identityPath(identityText(other));
    note.append('Another name, all in Latin letters: ', link, '.');
  }
  return [note];
}

function tellUnlisted(verdict: HTMLElement, name: HTMLElement, path: string): void {
  verdict.append('Not listed: ', name);
  const link = element('a', 'Watch this name', 'button');
  link.href = path;
  const act = element('p');
  act.append(link);
  const why = 'Whoever owns this address asked us not to list its signatures. The logs keep them.';
  answer.replaceChildren(verdict, element('p', why), act);
}

function count(amount: number, one: string, many = `${one}s`): string {
  return `${number.format(amount)} ${amount === 1 ? one : many}`;
}
