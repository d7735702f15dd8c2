/** Announcements of signatures: made and cancelled here, used by workers/alert/intents.ts. */
import { randomUUID } from 'node:crypto';
import { toHex } from '#lib/encoding/bytes.ts';
import { actorOf, requireTeam, teamIds, type Caller } from '../account/caller.ts';
import { recordAct } from '../account/audit.ts';
import { AccountError } from '../account/account-error.ts';
import { shownName } from '../account/shown-name.ts';
import type { Dependencies } from '../dependencies.ts';
import { readIdentity } from '../find/question.ts';
import { problemWithUntil, type intentStates, type IntentBody } from './schemas.ts';

export interface ShownIntent {
  readonly id: string;
  readonly number: bigint;
  readonly teamId: string;
  readonly state: (typeof intentStates)[number];
  readonly source: string;
  readonly digest: string | null;
  readonly wanted: number;
  readonly ref: string | null;
  readonly workflow: string | null;
  readonly madeBy: string;
  readonly createdAt: Date;
  readonly until: Date;
  readonly required: boolean;
  readonly used: readonly { readonly logId: string; readonly index: bigint; readonly at: Date }[];
}

type Uses = Pick<Dependencies, 'sql' | 'statement' | 'now'>;

/** Whoever takes over a build must not have announced its signatures as well: many open ones are a mistake. */
const mostOpen = 1_000;

export async function makeIntent(deps: Uses, caller: Caller, body: IntentBody): Promise<ShownIntent> {
  const team = teamFor(caller, body.team);
  const source = readIdentity(body.repository)?.value;
  if (source === undefined)
    throw new AccountError('invalid', 'repository: not a repository, an e-mail address or a URI');
  const wrong = problemWithUntil(body.until, deps.now());
  if (wrong !== undefined) throw new AccountError('invalid', wrong);
  const digest = body.digest?.toLowerCase().replace('sha256:', '');
  const id = randomUUID();
  const madeBy = await shownName(deps, caller);
  await deps.sql.begin(async (transaction) => {
    const [open] = await transaction<{ count: number }[]>`
      SELECT count(*)::int AS count FROM account_intent
      WHERE team_id = ${team.id} AND cancelled_at IS NULL AND until > now()`;
    if ((open?.count ?? 0) >= mostOpen)
      throw new AccountError('too-many', `A team has at most ${mostOpen} open announcements.`);
    await transaction`
      INSERT INTO account_intent (id, team_id, source, digest, wanted, ref, workflow, made_by, until)
      VALUES (${id}, ${team.id}, ${source}, ${digest === undefined ? null : Buffer.from(digest, 'hex')},
        ${body.count ?? 1}, ${body.ref ?? null}, ${body.workflow ?? null}, ${madeBy}, ${body.until})`;
    await recordAct(transaction, {
      teamId: team.id,
      actor: actorOf(caller),
      act: 'intent.made',
      subject: id,
      detail: { count: body.count ?? 1 },
    });
  });
  return findIntent(deps, caller, id);
}

/** A key has one team; a person says which, or means their own. */
function teamFor(caller: Caller, asked: string | undefined) {
  const [only] = caller.teams;
  const id = asked ?? only?.id ?? null;
  return requireTeam(caller, id, 'responder');
}

export async function listIntents(
  deps: Uses,
  caller: Caller,
  query: {
    readonly state?: string | undefined;
    /** The number of the last one of the page before. */
    readonly before?: string | undefined;
    readonly limit: number;
  },
): Promise<ShownIntent[]> {
  return ask(deps, teamIds(caller), { ...query, id: '' });
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export async function findIntent(deps: Uses, caller: Caller, id: string): Promise<ShownIntent> {
  const [intent] = uuid.test(id) ? await ask(deps, teamIds(caller), { id, limit: 1 }) : [];
  if (intent === undefined) throw new AccountError('not-found', 'There is no such thing.');
  return intent;
}

/** What was used of it stays used. Cancelling twice is cancelling once. */
export async function cancelIntent(deps: Uses, caller: Caller, id: string): Promise<ShownIntent> {
  const { teamId } = await findIntent(deps, caller, id);
  requireTeam(caller, teamId, 'responder');
  await deps.sql.begin(async (transaction) => {
    const ended = await transaction`
      UPDATE account_intent SET cancelled_at = now() WHERE id = ${id} AND cancelled_at IS NULL RETURNING id`;
    if (ended.length > 0)
      await recordAct(transaction, { teamId, actor: actorOf(caller), act: 'intent.ended', subject: id });
  });
  return findIntent(deps, caller, id);
}

interface Row {
  readonly id: string;
  readonly number: bigint;
  readonly team_id: string;
  readonly state: ShownIntent['state'];
  readonly source: string;
  readonly digest: Buffer | null;
  readonly wanted: number;
  readonly ref: string | null;
  readonly workflow: string | null;
  readonly made_by: string;
  readonly created_at: Date;
  readonly until: Date;
  readonly required: boolean;
  readonly used: readonly { log: string; index: string; at: string }[] | null;
}

async function ask(
  { sql, statement, now }: Uses,
  teams: readonly string[],
  {
    state = '',
    before = '',
    id,
    limit,
  }: { state?: string | undefined; before?: string | undefined; id: string; limit: number },
): Promise<ShownIntent[]> {
  const rows = await sql.unsafe<Row[]>(statement('find-intents'), [
    [...teams],
    id,
    state,
    now().toISOString(),
    String(limit),
    before,
  ]);
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    teamId: row.team_id,
    state: row.state,
    source: row.source,
    digest: row.digest === null ? null : toHex(row.digest),
    wanted: row.wanted,
    ref: row.ref,
    workflow: row.workflow,
    madeBy: row.made_by,
    createdAt: row.created_at,
    until: row.until,
    required: row.required,
    used: (row.used ?? []).map(({ log, index, at }) => ({
      logId: log,
      index: BigInt(index),
      at: new Date(at),
    })),
  }));
}
