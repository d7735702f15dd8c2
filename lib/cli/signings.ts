/** What an instance says of signatures: the part of its answers that commands use. More fields may come. */
import { z } from 'zod';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { askInstance } from './instance-api.ts';

const signing = z.looseObject({
  log: z.string(),
  index: z.int().min(0),
  kind: z.string(),
  trust: z.string(),
  time: z.iso.datetime(),
  seenAt: z.iso.datetime(),
  identities: z.array(z.object({ kind: z.string(), value: z.string(), exact: z.string().optional() })),
  issuer: z.string().nullable(),
  repository: z.string().nullable(),
  digest: z.object({ algorithm: z.string(), value: z.string() }).nullable(),
});

const signingsPage = z.looseObject({
  signings: z.array(signing).max(1000),
  total: z.int().min(0),
  forgeries: z.int().min(0),
  pgpUserIds: z
    .object({ identity: z.string(), signatures: z.int().min(0) })
    .nullable()
    .default(null),
  unlisted: z.boolean().default(false),
  completeUpTo: z.array(
    z.looseObject({
      log: z.string(),
      from: z.int().min(0).default(0),
      size: z.int().min(0),
      time: z.string().nullable(),
      unreadable: z.int().min(0).default(0),
    }),
  ),
  next: z.string().nullable(),
});

export type LoggedSigning = z.infer<typeof signing>;
export type SigningsPage = z.infer<typeof signingsPage>;

/** How complete an answer is, a line for each log. */
export function searchedLines(searched: SigningsPage['completeUpTo']): string[] {
  return searched.map(({ log, from, size, time, unreadable }) => {
    const count = size - from === 1 ? '1 entry' : `${size - from} entries`;
    const when = time === null ? '' : `, as of ${visibleText(time)}`;
    const unread = unreadable === 0 ? '' : `; ${unreadable} of them do not read, and are not found by name`;
    return `Searched ${count} of ${visibleText(log)}${when}${unread}.`;
  });
}

/** Undefined values are left out of the question. */
export async function findSignings(
  instance: string,
  query: Readonly<Record<string, string | undefined>>,
): Promise<SigningsPage> {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return askInstance(`${instance}/api/v1/signings?${new URLSearchParams(given)}`, signingsPage);
}
