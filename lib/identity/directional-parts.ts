/**
 * A name in pieces that may not mix: letters that run from right to left would carry the slash and the name beside them along,
 * so that the repository stands where its owner is read (UAX #9: a neutral between two such runs takes their direction).
 */
const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** What ends a piece within a sentence as well. */
const pieces = /[^\s/@:!?#&=.,;()"'‘’“”]+/gu;

/** Begins and ends what runs in its own direction (UAX #9 §2.4.1): for plain text, where no markup can say it. */
const [isolate, pop] = ['\u2068', '\u2069'];

/**
 * A line of plain text in which no piece that runs from right to left carries what stands beside it along: without this the
 * number after a name would be read before it. For text in which a stranger's own controls are escapes already.
 */
export function keptInOrder(line: string): string {
  if (!rightToLeft.test(line)) return line;
  return line.replace(pieces, (piece) => (rightToLeft.test(piece) ? isolate + piece + pop : piece));
}

/** Put together they are the name; each is shown isolated, from left to right. Undefined where all of it runs that way. */
export function directionalParts(name: string): readonly string[] | undefined {
  if (!rightToLeft.test(name)) return undefined;
  return name.split(/([/@:!?#&=.,\s]+)/u).filter((part) => part !== '');
}
