/**
 * Tells operators of machines that are in trouble, once and once more when it is over; and, when a log could not be read
 * for an hour, those it concerns. What is short is told to nobody: the pages show it.
 */
import { z } from 'zod';
import type { Sql, Transaction } from '#lib/server/database.ts';
import { deterministicId } from '#lib/server/deterministic-id.ts';
import { queueMail } from '#lib/server/mail/outbox.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { queueNews, type News } from '../alert/news.ts';
import { keepFreezes } from './freezes.ts';
import {
  blindLetter,
  headingOf,
  operatorLetter,
  operatorOverLetter,
  sightedLetter,
  type Trouble,
  type TroubleMail,
} from './trouble-letters.ts';

const readTroubles = namedSql('alert-troubles');
const readConcerned = namedSql('alert-concerned');

export interface TroubleSettings {
  /** Addresses of OPERATOR_MAIL. */
  readonly operators: readonly string[];
  readonly webUrl: string;
}

const operatorsAfterMs = 5 * 60_000;
const watchersAfterMs = 60 * 60_000;
/** A log is called frozen after a patience of its own (follow/freshness.ts), and the pages have it before (freezes.ts). */
const frozenAfterMs = 60_000;
/** So that two workers do not tell of the same thing in two ways. */
const lockKey = 1_729_004;

const troubleRow = z
  .object({
    key: z.string(),
    log_id: z.string(),
    name: z.string(),
    state: z.string(),
    incident: z.string().nullable(),
    blinds: z.boolean(),
    reason: z.string(),
  })
  .transform(({ log_id: logId, ...rest }): Trouble => ({ ...rest, logId }));

interface Known {
  readonly key: string;
  readonly words: string;
  readonly since: Date;
  readonly operators_told_at: Date | null;
  readonly watchers_told_at: Date | null;
}

export async function tellOfTroubles(sql: Sql, settings: TroubleSettings, now = new Date()): Promise<void> {
  await sql.begin(async (transaction) => {
    const [lock] = await transaction<{ got: boolean }[]>`SELECT pg_try_advisory_xact_lock(${lockKey}) AS got`;
    if (lock?.got !== true) return;
    const troubles = z.array(troubleRow).parse([...(await transaction.unsafe(readTroubles))]);
    const known = await transaction<Known[]>`SELECT * FROM alert_trouble`;
    for (const trouble of troubles)
      await carryOn(transaction, settings, { trouble, known: known.find(sameAs(trouble)), now });
    for (const past of known)
      if (!troubles.some((trouble) => sameAs(trouble)(past))) await end(transaction, settings, past);
    await keepFreezes(transaction, now);
  });
}

/**
 * A log whose state changes from one trouble to another is still in trouble. One that lies is another matter, and so is one
 * that is frozen: somebody may hide what it holds.
 */
const matters: ReadonlyMap<string, string> = new Map([
  ['misbehaving', ' lies'],
  ['frozen', ' frozen'],
]);
const keyOf = ({ key, state }: Trouble): string => key + (matters.get(state) ?? '');
const logIdOf = (key: string): string => key.replace(/^log /, '').replace(/ (?:lies|frozen)$/, '');
const sameAs =
  (trouble: Trouble) =>
  ({ key }: Pick<Known, 'key'>): boolean =>
    key === keyOf(trouble);

interface Standing {
  readonly trouble: Trouble;
  readonly known: Known | undefined;
  readonly now: Date;
}

async function carryOn(
  transaction: Transaction,
  settings: TroubleSettings,
  { trouble, known, now }: Standing,
): Promise<void> {
  const key = keyOf(trouble);
  const { operators, webUrl } = settings;
  if (known === undefined)
    await transaction`
      INSERT INTO alert_trouble (key, words, since) VALUES (${key}, ${headingOf(trouble)}, ${now})
      ON CONFLICT DO NOTHING`;
  const since = known?.since ?? now;
  const lastedMs = now.getTime() - since.getTime();
  const about = { trouble, since, webUrl };
  const [operatorsAfter, watchersAfter] = patienceMs(trouble);
  if (!known?.operators_told_at && lastedMs >= operatorsAfter) {
    await tell(transaction, operators, ['operators', key, since], await operatorLetter(about));
    await transaction`UPDATE alert_trouble SET operators_told_at = ${now} WHERE key = ${key}`;
  }
  if (trouble.blinds && !known?.watchers_told_at && lastedMs >= watchersAfter) {
    const watches = await concerned(transaction, trouble.logId);
    const letter = await blindLetter(about);
    await tell(transaction, addressesOf(watches), ['blind', key, since], letter);
    await queueNews(
      transaction,
      newsOf('service.trouble', trouble.logId, letter.subject, { key, since, webUrl }),
      watches.map(({ id }) => id),
    );
    await transaction`UPDATE alert_trouble SET watchers_told_at = ${now} WHERE key = ${key}`;
  }
}

/** How long operators, and those it concerns, are left alone. */
function patienceMs({ state }: Trouble): readonly [operators: number, watchers: number] {
  switch (state) {
    case 'misbehaving':
      return [0, 0];
    case 'frozen':
      return [frozenAfterMs, frozenAfterMs];
    default:
      return [operatorsAfterMs, watchersAfterMs];
  }
}

async function end(
  transaction: Transaction,
  { operators, webUrl }: TroubleSettings,
  past: Known,
): Promise<void> {
  const { key, words, since } = past;
  if (past.operators_told_at !== null)
    await tell(transaction, operators, ['over', key, since], await operatorOverLetter(words, since));
  if (past.watchers_told_at !== null) {
    const logId = logIdOf(key);
    const [log] = await transaction<
      { name: string; state: string }[]
    >`SELECT name, state FROM monitor_log WHERE id = ${logId}`;
    // One that turned out to lie is not seen again: everybody was told of that.
    if (log !== undefined && log.state !== 'misbehaving') {
      const watches = await concerned(transaction, logId);
      const letter = await sightedLetter(log.name, since);
      await tell(transaction, addressesOf(watches), ['sighted', key, since], letter);
      await queueNews(
        transaction,
        newsOf('service.recovered', logId, letter.subject, { key, since, webUrl }),
        watches.map(({ id }) => id),
      );
    }
  }
  await transaction`DELETE FROM alert_trouble WHERE key = ${key}`;
}

interface Concerned {
  readonly id: string;
  readonly email: string;
}

async function concerned(transaction: Transaction, logId: string): Promise<readonly Concerned[]> {
  return transaction.unsafe<Concerned[]>(readConcerned, [logId]);
}

const addressesOf = (watches: readonly Concerned[]): string[] => [
  ...new Set(watches.map(({ email }) => email)),
];

function newsOf(
  type: 'service.trouble' | 'service.recovered',
  log: string,
  title: string,
  { key, since, webUrl }: { readonly key: string; readonly since: Date; readonly webUrl: string },
): News {
  const text =
    type === 'service.trouble'
      ? 'Nothing is known to be wrong with the names you watch; we just cannot tell you at the moment what is signed there. We go on trying and make up for it.'
      : 'What was signed meanwhile is being looked at: where it concerns you, you get the alert you would have got then.';
  const begin = since.toISOString();
  return { type, key: `${key} ${begin}`, log, title, text, since: begin, url: `${webUrl}/logs` };
}

/** Ids follow from what is told to whom: nobody is told twice. */
async function tell(
  transaction: Transaction,
  addresses: readonly string[],
  [phase, key, since]: readonly [string, string, Date],
  mail: TroubleMail,
): Promise<void> {
  for (const to of addresses) {
    const id = deterministicId('trouble-mail', phase, key, since.toISOString(), to);
    await queueMail(transaction, { kind: 'notice', to, ...mail }, id);
  }
}
