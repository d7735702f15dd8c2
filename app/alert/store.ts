/** Alerts as workers/alert wrote them, and what people answered. Answers are only ever added; undoing marks one. */
import { timingSafeEqual } from 'node:crypto';
import { sha256 } from '#crypto/sha256.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { reasonsSchema, type Reason } from '#lib/rules/verdict.ts';
import { factsSchema, type Facts } from '#lib/rules/facts.ts';
import type { Dependencies } from '../dependencies.ts';

export type Answer = 'mine' | 'not-mine';

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
  readonly answers: readonly { answer: string; at: Date; undoneAt: Date | null }[];
  /** The answer that counts. */
  readonly current: { answer: Answer; at: Date } | undefined;
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
  const answers = await prisma.accountAnswer.findMany({
    where: { alertId: id },
    orderBy: { id: 'desc' },
    select: { answer: true, at: true, undoneAt: true },
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
      standing !== undefined && isAnswer(standing.answer)
        ? { answer: standing.answer, at: standing.at }
        : undefined,
  };
}

/** Adds an answer, unless it is the one that counts already. */
export async function answerAlert({ prisma }: Reads, alert: Alert, answer: Answer): Promise<void> {
  if (alert.current?.answer === answer) return;
  await prisma.accountAnswer.create({ data: { alertId: alert.id, answer } });
}

/** Takes back every answer that stands: the alert is open again. */
export async function undoAnswers(
  { prisma, now }: Pick<Dependencies, 'prisma' | 'now'>,
  alert: Alert,
): Promise<void> {
  await prisma.accountAnswer.updateMany({
    where: { alertId: alert.id, undoneAt: null },
    data: { undoneAt: now() },
  });
}

function isAnswer(text: string): text is Answer {
  return text === 'mine' || text === 'not-mine';
}
