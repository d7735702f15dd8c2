/** The demo mailbox: mail that would have left the machine. Read here; workers alone put mail in. */
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';

export interface Message {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly receivedAt: string;
}

type Reads = Pick<Dependencies, 'prisma'>;

const headers = z.record(z.string(), z.unknown()).catch({});
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Newest first. */
export async function listMessages(
  { prisma }: Reads,
  to: string | undefined,
  limit: number,
): Promise<Message[]> {
  const rows = await prisma.mailMailbox.findMany({
    ...(to === undefined ? {} : { where: { to: { equals: to, mode: 'insensitive' } } }),
    orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }],
    take: limit,
  });
  return rows.map(messageOf);
}

export async function findMessage({ prisma }: Reads, id: string): Promise<Message | undefined> {
  const row = uuid.test(id) ? await prisma.mailMailbox.findUnique({ where: { id } }) : null;
  return row === null ? undefined : messageOf(row);
}

function messageOf(
  row: Omit<Message, 'headers' | 'receivedAt'> & { headers: unknown; receivedAt: Date },
): Message {
  const { id, to, subject, text, html } = row;
  return {
    id,
    to,
    subject,
    text,
    html,
    headers: headers.parse(row.headers),
    receivedAt: row.receivedAt.toISOString(),
  };
}
