/** Where the next page of a list begins, as text that says nothing to whoever carries it. */
import { z } from 'zod';

export function writePageCursor(...parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** A cursor of as many parts as `forms`, each of its form; for a query. */
export function pageCursor(...forms: readonly RegExp[]) {
  return z
    .string()
    .max(6000)
    .transform((text, context): readonly string[] => {
      const parts = partsIn(text);
      if (parts?.length === forms.length && parts.every((part, at) => forms[at]?.test(part))) return parts;
      context.addIssue({ code: 'custom', message: 'not a cursor of ours' });
      return z.NEVER;
    })
    .describe('`next` of the page before.');
}

function partsIn(text: string): readonly string[] | undefined {
  try {
    return z.array(z.string()).parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    return undefined;
  }
}

export const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const numberForm = /^\d{1,18}$/;
export const momentForm = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
/** PostgreSQL keeps no text with a NUL in it. */
export const anyForm = /^[^\0]*$/s;

export const pageLimit = (most: number, usual = 50) =>
  z.coerce.number().int().min(1).max(most).default(usual);
