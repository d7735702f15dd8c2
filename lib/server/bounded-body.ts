/** The body of an answer, given up as soon as it is longer than whoever asked can use. */
import { concatAll } from '#lib/encoding/bytes.ts';

/**
 * Counts what comes out of any content encoding, so that a small answer cannot unfold into a large one. Throws what
 * `tooLong` makes; leaving the loop cancels the rest.
 */
export async function boundedBody(
  response: Response,
  maxBytes: number,
  tooLong: (message: string) => Error = (message) => new Error(message),
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > maxBytes) throw tooLong(`more than ${maxBytes} bytes`);
    parts.push(part);
  }
  return concatAll(parts);
}
