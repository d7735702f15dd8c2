/**
 * A name in pieces that may not mix: letters that run from right to left would carry the slash and the name beside them along,
 * so that the repository stands where its owner is read (UAX #9: a neutral between two such runs takes their direction).
 */
const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** Put together they are the name; each is shown isolated, from left to right. Undefined where all of it runs that way. */
export function directionalParts(name: string): readonly string[] | undefined {
  if (!rightToLeft.test(name)) return undefined;
  return name.split(/([/@:!?#&=.,\s]+)/u).filter((part) => part !== '');
}
