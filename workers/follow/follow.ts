/**
 * One look at one log: its newest head, signature checked; held against what was verified before; entries read and bound
 * to it; then committed with their matches. Every answer of the log is hostile. Before: lib/source. After: workers/match.
 */
import { equal } from '#lib/encoding/bytes.ts';
import type { Sql } from '#lib/server/database.ts';
import { parseWitnessPolicy } from '#lib/note/witness-policy.ts';
import type { Logger } from '#lib/server/logger.ts';
import type { IncidentKind } from '#lib/source/incident-words.ts';
import { SourceError, type LogSource, type SignedHead } from '#lib/source/log-source.ts';
import type { WrongBytes } from '#lib/source/wrong-bytes.ts';
import type { TrustedAuthority } from '#lib/trust/trusted-root.ts';
import type { CurrentWatches } from '../match/current-watches.ts';
import type { IndexingThreads } from '../match/indexing-threads.ts';
import { catchUp } from './catch-up.ts';
import { evidenceOf } from './evidence.ts';
import { loadLog, type FollowedLog, type Position } from './followed-log.ts';
import { hasOpenIncident, openIncident, type Incident } from './incidents.ts';
import type { Patience } from './patience.ts';
import type { OpenSource } from './sources.ts';
import { startFrom } from './start-from.ts';
import { noteHead, recordLook, recordSuspicion, recordTrouble, resume } from './position-store.ts';
import { contradicted, keepStatement } from './statements.ts';
import { quorumTime } from './witnessed.ts';

export interface FollowDependencies {
  readonly sql: Sql;
  readonly logger: Logger;
  readonly openSource: OpenSource;
  readonly patience: Patience;
  readonly watches: CurrentWatches;
  readonly indexing: IndexingThreads;
  readonly authorities: () => readonly TrustedAuthority[];
  readonly webUrl: string;
}

export type Look =
  | 'nothing-new'
  | 'advanced'
  | 'behind'
  | 'unreachable'
  | 'oversized'
  | 'unwitnessed'
  | 'suspicious'
  | 'incident'
  | 'stopped';

/** A contradiction that one odd answer could make, a cache's or a proxy's, must be seen this often in a row. */
const suspicionsBelieved = 3;

/** Verifies as far as the head, or until it is time (`until`, as Date.now() tells it) and one batch is done. */
export async function lookAtLog(deps: FollowDependencies, logId: string, until = 0): Promise<Look> {
  if (!deps.patience.mayLook(logId, Date.now())) return 'unreachable';
  const log = await loadLog(deps.sql, logId);
  if (log === undefined || log.state === 'retired') return 'stopped';
  if (log.state === 'misbehaving') {
    if (await hasOpenIncident(deps.sql, logId)) return 'stopped';
    await resume(deps.sql, logId);
  }
  const look = await lookOnce(deps, log, until);
  if (look === 'unreachable' || look === 'oversized')
    deps.patience.failed(logId, Date.now(), { isOversized: look === 'oversized' });
  else deps.patience.served(logId);
  return look;
}

async function lookOnce(deps: FollowDependencies, log: FollowedLog & Position, until: number): Promise<Look> {
  const source = deps.openSource(log);
  let head = '';
  try {
    head = await source.head();
    const stated = source.open(head);
    const refuted = await holdAgainstPast(deps, log, stated);
    if (refuted !== undefined) return refuted;
    // Believed or not yet, it is the log's word of what it held by now.
    const noted = await noteHead(deps.sql, log, stated.size);
    const opened = witnessed(noted, stated);
    if (opened === undefined) return await lacksCosignatures(deps, noted);
    return await advance(deps, noted, source, opened, until);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return explain(deps, log, error, head);
  }
}

/** The head, with the time its witnesses give it; undefined when they have not cosigned it. */
function witnessed({ witnessPolicy }: FollowedLog, head: SignedHead): SignedHead | undefined {
  if (witnessPolicy === undefined) return head;
  const at = quorumTime(parseWitnessPolicy(witnessPolicy), head.evidence, new Date());
  return at && { ...head, at: head.at ?? (at.getTime() === 0 ? undefined : at) };
}

async function lacksCosignatures(deps: FollowDependencies, log: FollowedLog & Position): Promise<Look> {
  await recordTrouble(deps.sql, log, {
    state: 'unwitnessed',
    reason: 'Its newest statement lacks the cosignatures that its policy asks for.',
  });
  return 'unwitnessed';
}

/** Keeps what it states, whether its entries can be read or not; why it cannot be true beside what it stated before. */
async function holdAgainstPast(
  deps: FollowDependencies,
  log: FollowedLog & Position,
  head: SignedHead,
): Promise<Look | undefined> {
  const isKnown = head.size === log.verified.size && equal(head.root, log.verified.root());
  if (!isKnown) await keepStatement(deps.sql, log.id, head);
  const past = await contradicted(deps.sql, log, head);
  if (past?.size === head.size) return fork(deps, log, head, past.note);
  if (past !== undefined || head.size < log.verified.size) {
    const before = past?.size ?? log.verified.size;
    await noteHead(deps.sql, log, head.size);
    const detail = `It states ${head.size} entries after it had stated ${before}.`;
    return suspect(deps, log, 'rollback', detail, head, { before: past?.note });
  }
  return undefined;
}

async function advance(
  deps: FollowDependencies,
  log: FollowedLog & Position,
  source: LogSource,
  head: SignedHead,
  until: number,
): Promise<Look> {
  const { verified } = log;
  if (head.size === verified.size) {
    await recordLook(deps.sql, log, head);
    return 'nothing-new';
  }
  if (log.startAt === 'now' && verified.size === 0n) {
    const started = await startFrom(deps.sql, log, source, head);
    return started === 'fork'
      ? suspect(deps, log, 'fork', 'Its first two statements do not agree.', head)
      : started;
  }
  const outcome = await catchUp(deps, { log, source, head, until });
  switch (outcome.kind) {
    case 'reached':
      return outcome.size === head.size ? 'advanced' : 'behind';
    case 'overtaken':
      return 'nothing-new';
    case 'fork': {
      const { contradicted: past } = outcome;
      if (past !== undefined) return fork(deps, log, head, past.note, past.size);
      const detail = `Its statement of ${head.size} entries does not continue its statement of ${outcome.size}.`;
      return suspect(deps, log, 'fork', detail, head);
    }
    case 'wrong-bytes': {
      const detail = `Entries it serves from ${outcome.size} on are not in the tree of ${head.size} entries it signed.`;
      return suspect(deps, log, 'wrong-bytes', detail, head, { served: outcome.served });
    }
  }
}

/** Two signed statements of one size and different roots, or of a size and the tree of that size in a larger one: nothing else can explain them. */
async function fork(
  deps: FollowDependencies,
  log: FollowedLog & Position,
  head: SignedHead,
  before: string,
  size = head.size,
): Promise<Look> {
  const detail = `It signed two different trees of ${size} entries.`;
  await report(deps, log, { kind: 'fork', detail, before, after: head.evidence });
  return 'incident';
}

async function suspect(
  deps: FollowDependencies,
  log: FollowedLog & Position,
  kind: IncidentKind,
  detail: string,
  after: Pick<SignedHead, 'evidence'>,
  {
    before = log.verifiedCheckpoint,
    served,
  }: { before?: string | undefined; served?: WrongBytes | undefined } = {},
): Promise<Look> {
  deps.logger.warn({ log: log.id, kind, detail }, 'log is suspicious');
  const suspicions = await recordSuspicion(deps.sql, log.id, detail);
  if (suspicions < suspicionsBelieved) return 'suspicious';
  await report(deps, log, { kind, detail, before, after: after.evidence, served });
  return 'incident';
}

async function report(
  deps: FollowDependencies,
  log: FollowedLog,
  { served, ...incident }: Incident & { readonly served?: WrongBytes | undefined },
): Promise<void> {
  deps.logger.error({ log: log.id, kind: incident.kind, detail: incident.detail }, 'log misbehaves');
  const evidence = await evidenceOf(log, deps.openSource(log), { ...incident, served });
  await openIncident(deps.sql, log, { ...incident, evidence }, deps.webUrl);
}

/** Which failures are the log's word and which are merely the network's. */
async function explain(
  deps: FollowDependencies,
  log: FollowedLog & Position,
  error: SourceError,
  head: string,
): Promise<Look> {
  switch (error.code) {
    case 'bad-signature':
      return suspect(deps, log, 'bad-signature', `Its newest statement: ${error.message}.`, {
        evidence: head,
      });
    case 'unknown-key':
      return suspect(deps, log, 'key-change', `Its newest statement: ${error.message}.`, { evidence: head });
    case 'unreachable':
    case 'not-found':
    case 'too-large':
    case 'malformed':
      if (log.state !== 'unreachable')
        deps.logger.warn({ log: log.id, reason: error.message }, 'log unreachable');
      await recordTrouble(deps.sql, log, { state: 'unreachable', reason: error.message });
      return error.code === 'too-large' ? 'oversized' : 'unreachable';
  }
}
