/**
 * Text that a stranger wrote, made safe to show: every certificate and entry field is such text. What a reader would not
 * see, or would see in another place (control, bidirectional, zero-width, private and unassigned characters, spaces
 * other than U+0020), appears as `\u{...}`; what is too long is cut and says so. The result is a single line, and two
 * different texts of the same length never show the same.
 */

const unseen = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;
const combining = /\p{M}/u;
/** Scripts stack few marks on a letter; a run of more is a drawing across other lines. */
const marksInARow = 4;

/** At most `limit` characters of `text`, then how many were left out. */
export function visibleText(text: string, limit = 256): string {
  let shown = '';
  let marks = 0;
  let count = 0;
  for (const character of text) {
    if (++count > limit) continue;
    marks = combining.test(character) ? marks + 1 : 0;
    shown += plain(character) && marks <= marksInARow ? character : escaped(character);
  }
  return count > limit ? `${shown}… (${count - limit} more)` : shown;
}

/** A backslash is escaped too: an escape that the stranger typed must not read as one of ours. */
function plain(character: string): boolean {
  return character === ' ' || (character !== '\\' && !unseen.test(character));
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
