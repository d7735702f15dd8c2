/** A log's answer as text and as JSON of a known form; whatever does not read is SourceError `malformed`. */
import * as z from 'zod';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { fromHex, fromUtf8 } from '#lib/encoding/bytes.ts';
import { SourceError } from './log-source.ts';

export function readText(answer: Uint8Array, what: string): string {
  try {
    return fromUtf8(answer);
  } catch (cause) {
    throw new SourceError('malformed', `${what}: not UTF-8`, { cause });
  }
}

export function readJson<T>(form: z.ZodType<T>, json: string, what: string): T {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    throw new SourceError('malformed', `${what}: not JSON`, { cause });
  }
  const result = form.safeParse(parsed);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new SourceError('malformed', `${what}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

const decoded = (decode: (text: string) => Uint8Array | undefined, what: string) =>
  z.string().transform((text, context) => {
    const bytes = decode(text);
    if (bytes !== undefined) return bytes;
    context.addIssue({ code: 'custom', message: `not ${what}` });
    return z.NEVER;
  });

export const base64Bytes = decoded(fromBase64, 'base64');
export const hexBytes = decoded(fromHex, 'hexadecimal');
