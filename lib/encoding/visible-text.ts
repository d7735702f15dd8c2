/**
 * Text that a stranger wrote, made safe to show: every certificate and entry field is such text. What a reader would not
 * see, or would see in another place (control, bidirectional, zero-width, private and unassigned characters, spaces
 * other than U+0020), appears as `\u{...}`, many of one in a row once with their number, as `\u{301×996}`; what is too
 * long is cut and says so. The result is a single line, and no two different texts that are shown whole show the same.
 */

const unseen = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;
const combining = /\p{M}/u;
/** Scripts stack few marks on a letter; a run of more is a drawing across other lines, and none of it is let through. */
const tooManyMarks = /\p{M}{5,}/gu;
/** The same character again and again, where it has to be escaped. */
const sameInARow = 3;

/** Room for letters of four bytes, or for a mark or two on each. */
const bytesEach = 4;

/**
 * At most `limit` places on a line, and four bytes for each, then how many characters of `text` were left out. What counts is
 * what is shown: an escape takes as many places as it has characters, a mark on a letter none.
 */
export function visibleText(text: string, limit = 256): string {
  return shownAs(text, limit, plain);
}

/**
 * A sentence of ours that quotes strangers, each through visibleText already: what nobody would see appears all the same, and
 * the backslashes of escapes stay as they are. Text of a stranger alone goes through visibleText.
 */
export function visibleSentence(text: string, limit = 2000): string {
  return shownAs(text, limit, (character) => character === '\\' || plain(character));
}

function shownAs(text: string, limit: number, isSeen: (character: string) => boolean): string {
  let shown = '';
  let places = 0;
  let bytes = 0;
  let left = 0;
  for (const { character, count, stacked } of runsOf(text)) {
    const isPlain = isSeen(character) && !stacked;
    const times = isPlain || count < sameInARow ? 1 : count;
    const piece = isPlain ? character : escaped(character, times);
    for (let at = 0; at < count; at += times) {
      if (left === 0) {
        places += isPlain ? Number(!combining.test(character) || shown === '') : piece.length;
        bytes += isPlain ? bytesOf(character) : piece.length;
      }
      if (left > 0 || places > limit || bytes > bytesEach * limit) left += times;
      else shown += piece;
    }
  }
  return left > 0 ? `${shown}… (${left} more)` : shown;
}

interface Run {
  readonly character: string;
  readonly count: number;
  /** Among more marks than any script puts on a letter. */
  readonly stacked: boolean;
}

function* runsOf(text: string): Generator<Run> {
  let from = 0;
  for (const { index, 0: marks } of text.matchAll(tooManyMarks)) {
    yield* sameRuns(text.slice(from, index), false);
    yield* sameRuns(marks, true);
    from = index + marks.length;
  }
  yield* sameRuns(text.slice(from), false);
}

function* sameRuns(text: string, stacked: boolean): Generator<Run> {
  let run: { character: string; count: number } | undefined;
  for (const character of text) {
    if (run?.character === character) run.count++;
    else {
      if (run !== undefined) yield { ...run, stacked };
      run = { character, count: 1 };
    }
  }
  if (run !== undefined) yield { ...run, stacked };
}

/** In UTF-8. */
function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** A backslash is escaped too: an escape that the stranger typed must not read as one of ours. */
function plain(character: string): boolean {
  return character === ' ' || (character !== '\\' && !unseen.test(character));
}

function escaped(character: string, times = 1): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return times === 1 ? `\\u{${code}}` : `\\u{${code}×${times}}`;
}
