/** A trusted root that somebody gives as a file: whom they believe is theirs to say. */
import { parseStrictJson } from '#lib/encoding/strict-json.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { problem, type Problem, type Trust } from './engine.ts';

export function givenTrust(text: string, now: Date): Trust | Problem {
  try {
    return { trustedRoot: readTrustedRoot(parseStrictJson(text)), readAt: now };
  } catch (error) {
    const why = error instanceof Error ? visibleText(error.message) : 'it does not read';
    return problem(400, `trusted-root: ${why}`, `That trusted root cannot be used: ${why}.`);
  }
}
