/** Where a page of signings ended. Opaque to callers; stable, as rows are never changed or removed. */
import { fromBase64Url, toBase64Url } from '#lib/encoding/base64.ts';
import { fromUtf8, utf8 } from '#lib/encoding/bytes.ts';
import { z } from 'zod';

const cursor = z.tuple([z.iso.datetime({ offset: true }), z.string().min(1).max(200), z.int().min(0)]);

export interface Cursor {
  /** Text, not Date: the database keeps more digits than a Date may. */
  readonly seenAt: string;
  readonly log: string;
  readonly index: number;
}

export function writeCursor({ seenAt, log, index }: Cursor): string {
  return toBase64Url(utf8(JSON.stringify([seenAt, log, index])));
}

export function readCursor(text: string): Cursor | undefined {
  const bytes = text.length > 500 ? undefined : fromBase64Url(text);
  if (bytes === undefined) return undefined;
  try {
    const [seenAt, log, index] = cursor.parse(JSON.parse(fromUtf8(bytes)));
    return { seenAt, log, index };
  } catch {
    return undefined;
  }
}
