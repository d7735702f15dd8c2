/** An alert as workers/alert wrote it, for whoever holds the secret of its mail, and what was answered. */
import { timingSafeEqual } from 'node:crypto';
import { sha256 } from '#crypto/sha256.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { reasonsSchema, type Reason } from '#lib/rules/verdict.ts';
import { factsSchema, type Facts } from '#lib/rules/facts.ts';
import { channelAnswerToken } from '#lib/server/mail/channel-token.ts';
import type { Dependencies } from '../dependencies.ts';
import { placeOf } from '../watch/settings/channels.ts';

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
  /** Said by a mailed link within seconds of the mail, as programs do: it calls nothing off (view account_heard_answer). */
  readonly isTooSoon: boolean;
  /** Who holds this secret: the address of the watch, or a second one. */
  readonly email: string;
  readonly isSecond: boolean;
  readonly watchId: string;
  readonly eventId: string;
  readonly teamId: string | null;
  /** The watches whose alerts come to that address: what its reader sees of the event, and speaks for. */
  readonly watches: readonly string[];
}

type Reads = Pick<Dependencies, 'prisma'>;
type Row = NonNullable<Awaited<ReturnType<Dependencies['prisma']['alertAlert']['findUnique']>>>;

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** By the secret of the mail to the address that watches. Undefined for an unknown alert and for a wrong token alike. */
export async function findAlert(
  { prisma }: Reads,
  id: string,
  token: string | undefined,
): Promise<Alert | undefined> {
  if (!uuid.test(id) || token === undefined) return undefined;
  const row = await prisma.alertAlert.findUnique({ where: { id } });
  const expected = row?.tokenHash ?? new Uint8Array(32);
  if (!same(expected, sha256(utf8(token))) || row === null) return undefined;
  const watch = await prisma.accountWatch.findUnique({
    where: { id: row.watchId },
    select: { email: true, teamId: true },
  });
  const told = await prisma.accountWatch.findMany({
    where: { email: watch?.email ?? '', teamId: watch?.teamId ?? null },
    select: { id: true },
  });
  const watches = told.map((each) => each.id);
  return alertOf({ prisma }, row, {
    email: watch?.email ?? '',
    teamId: watch?.teamId ?? null,
    isSecond: false,
    watches,
  });
}

/** As findAlert, and by the secret of a mail to a second address too: it may look and answer, and set nothing. */
export async function findHeldAlert(
  { prisma, sealing }: Reads & Pick<Dependencies, 'sealing'>,
  id: string,
  token: string | undefined,
): Promise<Alert | undefined> {
  const own = await findAlert({ prisma }, id, token);
  if (own !== undefined || !uuid.test(id) || token === undefined) return own;
  const row = await prisma.alertAlert.findUnique({ where: { id } });
  if (row === null) return undefined;
  const channels = await prisma.accountChannel.findMany({
    where: { watchId: row.watchId, kind: 'mail', endedAt: null, confirmedAt: { not: null } },
  });
  const held = channels.find((channel) =>
    same(utf8(channelAnswerToken(sealing, channel.id, id)), utf8(token)),
  );
  if (held === undefined) return undefined;
  const address = sealing.open(placeOf(held.id, 'url'), held.url);
  const { teamId, watches } = await watchesOfSecond({ prisma }, held);
  return alertOf({ prisma }, row, { email: address, teamId, isSecond: true, watches });
}

/** Those of one team that have this address as a second one. */
async function watchesOfSecond(
  { prisma }: Reads,
  { watchId, placeKey }: { readonly watchId: string; readonly placeKey: string },
): Promise<Pick<Alert, 'teamId' | 'watches'>> {
  const own = await prisma.accountWatch.findUnique({
    where: { id: watchId },
    select: { email: true, teamId: true },
  });
  if (own === null || placeKey === '') return { teamId: own?.teamId ?? null, watches: [watchId] };
  const channels = await prisma.accountChannel.findMany({
    where: { placeKey, kind: 'mail', endedAt: null, confirmedAt: { not: null } },
    select: { watchId: true },
  });
  const same = await prisma.accountWatch.findMany({
    where: {
      id: { in: channels.map((channel) => channel.watchId) },
      teamId: own.teamId,
      ...(own.teamId === null ? { email: own.email } : {}),
    },
    select: { id: true },
  });
  return { teamId: own.teamId, watches: same.map(({ id }) => id) };
}

function same(expected: Uint8Array, given: Uint8Array): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given);
}

async function alertOf(
  { prisma }: Reads,
  row: Row,
  holder: Pick<Alert, 'email' | 'teamId' | 'isSecond' | 'watches'>,
): Promise<Alert> {
  const answers = await prisma.accountAnswer.findMany({
    where: { alertId: row.id },
    orderBy: { id: 'desc' },
    select: { answer: true, by: true, at: true, undoneAt: true, via: true },
  });
  const standing = answers.find(({ undoneAt }) => undoneAt === null);
  return {
    ...holder,
    id: row.id,
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
    isTooSoon: standing !== undefined && saidTooSoon(row, standing),
    watchId: row.watchId,
    eventId: row.eventId,
  };
}

const tooSoonMs = 60_000;

function saidTooSoon(
  { verdict, toldAt }: Pick<Row, 'verdict' | 'toldAt'>,
  { answer, via, at }: { readonly answer: string; readonly via: string; readonly at: Date },
): boolean {
  const isGrave = verdict === 'unexpected' || verdict === 'contradiction';
  const isByMail = via === 'mail' && answer === 'mine';
  return isGrave && isByMail && toldAt !== null && at.getTime() < toldAt.getTime() + tooSoonMs;
}
