/**
 * Proofs are looked at again, quietly. One that no longer holds fails, then its owners are told, then it lapses: never
 * without notice. A certificate with another number under the name contests a proof and does not end it, or whoever can
 * forge one would take its owner's freeze away. Another's proof under other numbers ends nothing either: both stand.
 */
import type { Dependencies } from '../../dependencies.ts';
import { queueMail } from '#lib/server/mail/outbox.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { check, type Checked, type OwnershipWorld } from './check.ts';
import { findContradictions, findRivals, type Contradiction, type Rival } from './contradictions.ts';
import {
  endOwnership,
  findOwnership,
  recordContest,
  recordKept,
  recordMiss,
  recordRival,
  type Method,
  type Ownership,
} from './store.ts';

const dayMs = 86_400_000;
export const recheckAfterMs = 7 * dayMs;
const failingAgainAfterMs = dayMs;
/** A single day's outage is nobody's business. */
const tellAfterMs = dayMs;
export const lapseAfterToldMs = 14 * dayMs;
/** A run, a signature or a login cannot be asked again. */
const acts: ReadonlySet<Method> = new Set(['ci-token', 'log-entry', 'app-login']);
const actLastsMs = 365 * dayMs;
const atOnce = 20;

type Uses = Pick<Dependencies, 'sql' | 'config' | 'renderLetter'>;

export async function recheckOwnership(deps: Uses, world: OwnershipWorld, now: Date): Promise<void> {
  for (const contradiction of await findContradictions(deps.sql)) await contest(deps, contradiction, now);
  await tellOfRivals(deps);
  const since = (ms: number) => new Date(now.getTime() - ms);
  const due = await deps.sql<{ id: string }[]>`
    SELECT id FROM account_ownership
    WHERE ended_at IS NULL AND proven_at IS NOT NULL
      AND checked_at < CASE WHEN failing_since IS NULL THEN ${since(recheckAfterMs)}::timestamptz
                            ELSE ${since(failingAgainAfterMs)}::timestamptz END
    ORDER BY checked_at LIMIT ${atOnce}`;
  for (const { id } of due) {
    const ownership = await findOwnership(deps.sql, { id });
    if (ownership !== undefined) await recheckOne(deps, world, ownership, now);
  }
}

/** Its owners keep what they may do, and hear of it at once. An act cannot be looked at again, so it is asked for anew. */
async function contest(deps: Uses, { id, at, said }: Contradiction, now: Date): Promise<void> {
  const ownership = await findOwnership(deps.sql, { id });
  if (ownership?.method === undefined) return;
  const isTold = acts.has(ownership.method);
  if (!(await recordContest(deps.sql, ownership, { findings: [{ at, said }], isTold }))) return;
  const until = new Date(now.getTime() + lapseAfterToldMs).toISOString().slice(0, 10);
  const words = `${provenNumbers(ownership)} Now ${said} (${at}): somebody may have taken the name, or wants it to look so. Your proof still stands: you can freeze the name and answer its alerts. If the repository is yours, prove it again${isTold ? ` before ${until}, or the proof lapses` : ''}; if you made it anew, withdraw this proof first.`;
  await mailOwners(deps, ownership, 'is contested', words);
}

function provenNumbers({ bound: { repositoryId = 'unknown', ownerId = 'unknown' } }: Ownership): string {
  return `Your proof was of repository number ${repositoryId} of owner number ${ownerId}.`;
}

/** Once for each that proved it. Also called when a proof is made, for the owners hear of another at once. */
export async function tellOfRivals(deps: Uses): Promise<void> {
  for (const rival of await findRivals(deps.sql)) await tellOfRival(deps, rival);
}

async function tellOfRival(deps: Uses, { id, numbers, repository, owner }: Rival): Promise<void> {
  const ownership = await findOwnership(deps.sql, { id });
  if (ownership === undefined || !(await recordRival(deps.sql, ownership, numbers))) return;
  const { kind, value, bound } = ownership;
  const under = [
    repository === null ? [] : `repository id ${repository}`,
    owner === null ? [] : `owner id ${owner}`,
  ];
  const yours =
    kind === 'organisation' ? bound.ownerId : `${bound.repositoryId ?? ''}/${bound.ownerId ?? 'unknown'}`;
  const words = `${visibleText(value, 120)} was proven by another team under ${under.flat().join(', ')}; yours is ${yours ?? 'unknown'}. Your proof stands for your numbers: what the other team freezes does not stop your runs, and what you freeze does not stop theirs. A signature under the other numbers is still unexpected for you. If you did not give the name away, somebody may have taken it: ask the platform.`;
  await mailOwners(deps, ownership, 'is not the only one', words);
}

async function recheckOne(deps: Uses, world: OwnershipWorld, ownership: Ownership, now: Date): Promise<void> {
  const { method, failingSince, toldAt } = ownership;
  if (method === undefined) return;
  const checked = await recheckBy(world, ownership, method, now);
  if (checked.isProven) return recordKept(deps.sql, ownership, checked);
  await recordMiss(deps.sql, ownership, checked.findings);
  if (failingSince === undefined || now.getTime() - failingSince.getTime() < tellAfterMs) return;
  if (toldAt === undefined) return tell(deps, ownership, now);
  if (now.getTime() - toldAt.getTime() < lapseAfterToldMs) return;
  await endOwnership(deps.sql, ownership, 'lapsed', { kind: 'system' });
  await mailOwners(deps, ownership, 'has ended', 'It was not renewed. You can prove it again at any time.');
}

async function recheckBy(
  world: OwnershipWorld,
  ownership: Ownership,
  method: Method,
  now: Date,
): Promise<Checked> {
  const { provenAt, contestedAt } = ownership;
  if (!acts.has(method)) return check(world, ownership, method);
  if (contestedAt !== undefined) return { isProven: false, bound: {}, findings: ownership.findings };
  if (provenAt !== undefined && now.getTime() - provenAt.getTime() > actLastsMs)
    return miss('a year has passed since the proof');
  return { isProven: true, bound: {}, findings: ownership.findings };
}

function miss(said: string): Checked {
  return { isProven: false, bound: {}, findings: [{ at: 'the logs', said }] };
}

async function tell(deps: Uses, ownership: Ownership, now: Date): Promise<void> {
  const until = new Date(now.getTime() + lapseAfterToldMs).toISOString().slice(0, 10);
  const said = ownership.findings.map((finding) => `${finding.at}: ${finding.said}`).join('; ');
  await mailOwners(
    deps,
    ownership,
    'no longer holds',
    `We looked on several days. Put it back, or prove it another way, before ${until}; until then nothing changes. Last seen: ${said}.`,
  );
  await deps.sql`UPDATE account_ownership SET told_at = ${now} WHERE id = ${ownership.id} AND told_at IS NULL`;
}

async function mailOwners(deps: Uses, ownership: Ownership, state: string, words: string): Promise<void> {
  const { teamId, value } = ownership;
  const owners = await deps.sql<{ address: string }[]>`
    SELECT DISTINCT ON (member.user_id) email.address
    FROM account_member member JOIN account_email email USING (user_id)
    WHERE member.team_id = ${teamId} AND member.role = 'owner'
    ORDER BY member.user_id, email.confirmed_at`;
  const heading = `Your proof of ${visibleText(value, 120)} ${state}`;
  const letter = await deps.renderLetter({
    preheader: words,
    heading,
    blocks: [
      { kind: 'paragraph', text: words },
      { kind: 'link', label: 'What your team owns', url: `${deps.config.web.url}/ownership?team=${teamId}` },
    ],
  });
  const headers = { 'Auto-Submitted': 'auto-generated' };
  for (const { address } of owners)
    await queueMail(deps.sql, { kind: 'notice', to: address, subject: heading, ...letter, headers });
}
