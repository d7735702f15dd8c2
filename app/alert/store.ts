/** An alert as workers/alert wrote it, for whoever holds the secret of its mail, and what was answered. */
import { timingSafeEqual } from 'node:crypto';
import { sha256 } from '#crypto/sha256.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { reasonsSchema, type Reason } from '#lib/rules/verdict.ts';
import { factsSchema, type Facts } from '#lib/rules/facts.ts';
import type { Dependencies } from '../dependencies.ts';

export interface Alert {
  readonly id: string;
  readonly logId: string;
  readonly index: number;
  readonly verdict: string;
  readonly reasons: readonly Reason[];
  /** Undefined when an older version wrote them in a form we no longer read. */
  readonly facts: Facts | undefined;
  readonly createdAt: Date;
  /** Newest first. */
  readonly answers: readonly { answer: string; by: string; at: Date; undoneAt: Date | null }[];
  /** The answer that counts. */
  readonly current: { answer: string; by: string; at: Date } | undefined;
  /** Of the watch: who is told. */
  readonly email: string;
  readonly watchId: string;
}

type Reads = Pick<Dependencies, 'prisma'>;

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Undefined for an unknown alert and for a wrong token alike. */
export async function findAlert(
  { prisma }: Reads,
  id: string,
  token: string | undefined,
): Promise<Alert | undefined> {
  if (!uuid.test(id) || token === undefined) return undefined;
  const row = await prisma.alertAlert.findUnique({ where: { id } });
  const expected = row?.tokenHash ?? new Uint8Array(32);
  const given = sha256(utf8(token));
  if (expected.length !== given.length || !timingSafeEqual(expected, given) || row === null) return undefined;
  const watch = await prisma.accountWatch.findUnique({ where: { id: row.watchId }, select: { email: true } });
  const answers = await prisma.accountAnswer.findMany({
    where: { alertId: id },
    orderBy: { id: 'desc' },
    select: { answer: true, by: true, at: true, undoneAt: true },
  });
  const standing = answers.find(({ undoneAt }) => undoneAt === null);
  return {
    id,
    logId: row.logId,
    index: Number(row.index),
    verdict: row.verdict,
    reasons: reasonsSchema.safeParse(row.reasons).data ?? [],
    facts: factsSchema.safeParse(row.facts).data,
    createdAt: row.createdAt,
    answers,
    current:
      standing === undefined || standing.answer === 'reopened'
        ? undefined
        : { answer: standing.answer, by: standing.by, at: standing.at },
    email: watch?.email ?? '',
    watchId: row.watchId,
  };
}
