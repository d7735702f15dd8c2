/** A name that changed hands: what a certificate with other numbers does to the proof of its former owner. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { OwnershipWorld } from '#app/account/ownership/check.ts';
import { readOwned } from '#app/account/ownership/name.ts';
import { ownedJson } from '#app/account/ownership/ownership-json.ts';
import { owningTeams } from '#app/account/ownership/owned.ts';
import { lapseAfterToldMs, recheckOwnership } from '#app/account/ownership/recheck.ts';
import {
  askOwnership,
  findOwnership,
  recordProof,
  type Bound,
  type Method,
  type Ownership,
} from '#app/account/ownership/store.ts';
import { makeUser, personalTeamId } from '#app/account/user.ts';
import { readConfig } from '#lib/server/config.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { provenNumbers } from '#workers/alert/proven.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { confirmedWatch } from '#tests/harness/monitor.ts';

const database = await freshDatabase();
const { sql } = database;
/** Nothing is due to be looked at elsewhere. */
const world: OwnershipWorld = {
  sql,
  txt: () => Promise.reject(new Error('asked')),
  get: () => Promise.reject(new Error('asked')),
  hosts: {},
};

describe('a certificate with another number under the name', () => {
  const deps = { sql, config: readConfig({ NODE_ENV: 'test' }), renderLetter };
  let index = 1_000_000;

  async function certified(
    repository: string,
    numbers: { repositoryId?: string; ownerId?: string },
    { issued = new Date(Date.now() + 1000), trust = 'trusted' } = {},
  ): Promise<void> {
    const claims = {
      sourceRepositoryIdentifier: numbers.repositoryId ?? '41',
      sourceRepositoryOwnerIdentifier: numbers.ownerId ?? '7',
    };
    index++;
    await sql`
      INSERT INTO monitor_entry (log_id, entry_index, leaf_hash, kind, digest, trust, issuer, source, claims, not_before, seen_at)
      VALUES ('log', ${index}, ${Buffer.from(randomUUID())}, 'hashedrekord', ${Buffer.alloc(32)}, ${trust},
        'https://issuer.example', ${repository}, ${sql.json(claims)}, ${issued}, now())`;
    await sql`
      INSERT INTO monitor_name (id, kind, value, log_id, trust, issuer, source, entries, first_index, last_index, first_seen_at, last_seen_at)
      VALUES (overlay(monitor_name_low(${repository})::text PLACING left(md5(${`${index}`}), 12) FROM 25)::uuid, 'repository',
        ${repository}, 'log', ${trust}, 'https://issuer.example', ${repository}, 1, ${index}, ${index}, now(), now())`;
    await sql`
      INSERT INTO monitor_identity (log_id, entry_index, kind, value, seen_at, name)
      SELECT 'log', ${index}, kind, value, now(), id FROM monitor_name WHERE value = ${repository} AND last_index = ${index}`;
  }

  async function proven(
    kind: Ownership['kind'],
    name: string,
    method: Method = 'file',
    repositoryId = '41',
  ): Promise<Ownership> {
    const { userId, teamId } = await sql.begin(async (transaction) => {
      const id = await makeUser(transaction);
      return { userId: id, teamId: (await personalTeamId(transaction, id)) ?? '' };
    });
    await sql`INSERT INTO account_email (address, user_id) VALUES (${`${userId}@owner.example`}, ${userId})`;
    const owned = readOwned(kind, name);
    if (typeof owned === 'string') throw new Error(`${name} is no ${kind}`);
    const ownership = await askOwnership(sql, { userId, teamId, owned, actor: { kind: 'user', id: userId } });
    const bound: Bound = kind === 'organisation' ? { ownerId: '7' } : { repositoryId, ownerId: '7' };
    await recordProof(sql, ownership, { method, bound, findings: [] }, { kind: 'system' });
    return ownership;
  }

  const mailsOf = async ({ id }: Ownership): Promise<string[]> =>
    (
      await sql<{ text: string }[]>`
        SELECT message->>'text' AS text FROM mail_outbox JOIN account_ownership own ON own.id = ${id}
        WHERE recipient = own.asked_by || '@owner.example' ORDER BY mail_outbox.id`
    ).map(({ text }) => text);

  const stands = async ({ id }: Ownership) => (await findOwnership(sql, { id })) !== undefined;

  it.each([
    ['a repository', 'repository', 'github.com/moved/app', { repositoryId: '42' }],
    ['a workflow', 'workflow', 'github.com/moved2/app/.github/workflows/r.yml', { repositoryId: '42' }],
    ['an organisation', 'organisation', 'github.com/moved3', { ownerId: '8' }],
  ] as const)(
    'contests the proof of %s, whose owner keeps what it gives and is told at once',
    async (_, kind, name, others) => {
      const ownership = await proven(kind, name);
      const repository = kind === 'organisation' ? `${name}/any` : name.split('/').slice(0, 3).join('/');
      await certified(repository, {});
      await recheckOwnership(deps, world, new Date());
      expect(await stands(ownership)).toBe(true);
      await certified(repository, others);
      await recheckOwnership(deps, world, new Date());
      await recheckOwnership(deps, world, new Date());
      const contested = await findOwnership(sql, { id: ownership.id });
      expect(contested?.contestedAt).toBeInstanceOf(Date);
      expect(contested && ownedJson(contested).state).toBe('contested');
      // The right to freeze rests on it.
      expect(await owningTeams({ sql }, [ownership.teamId], ownership)).toEqual([ownership.teamId]);
      // What was proven still says which repository alerts are to be about.
      const watch = await confirmedWatch(database, `x ${repository}`, 'o@owner.example');
      await sql`UPDATE account_watch SET team_id = ${ownership.teamId} WHERE id = ${watch}`;
      const other = await confirmedWatch(database, `y ${repository}`, 'p@owner.example');
      const numbers = await sql.begin((transaction) =>
        provenNumbers(transaction, [
          { watchId: watch, source: repository },
          { watchId: other, source: repository },
        ]),
      );
      expect(numbers(watch, repository)?.ownerId).toBe('7');
      expect(numbers(watch, repository)?.repositoryId).toBe(kind === 'organisation' ? null : '41');
      expect([numbers(other, repository), numbers(watch, `${repository}-other`)]).toEqual([null, null]);
      const mails = await mailsOf(ownership);
      expect(mails).toHaveLength(1);
      expect(mails[0]).toContain(`log, entry ${index}`);
      expect(mails[0]).toContain('still stands');
    },
  );

  it('lets a proof by an act lapse after its notice, unless it is given again', async () => {
    const lost = await proven('repository', 'github.com/moved4/lost', 'ci-token');
    const kept = await proven('repository', 'github.com/moved4/kept', 'ci-token');
    for (const { value } of [lost, kept]) await certified(value, { repositoryId: '42' });
    await recheckOwnership(deps, world, new Date());
    const bound = { repositoryId: '41', ownerId: '7' };
    await sql`UPDATE monitor_entry SET not_before = now() WHERE source LIKE 'github.com/moved4/%'`;
    await recordProof(sql, kept, { method: 'ci-token', bound, findings: [] }, { kind: 'system' });
    const later = (days: number) => new Date(Date.now() + lapseAfterToldMs + days * 86_400_000);
    await recheckOwnership(deps, world, later(-1));
    expect([await stands(lost), await stands(kept)]).toEqual([true, true]);
    await sql`UPDATE account_ownership SET checked_at = now() - interval '2 days' WHERE id = ${lost.id}`;
    await recheckOwnership(deps, world, later(1));
    expect([await stands(lost), await stands(kept)]).toEqual([false, true]);
    expect((await findOwnership(sql, { id: kept.id }))?.contestedAt).toBeUndefined();
    expect((await mailsOf(lost)).length).toBe(2);
  });

  it('ends no proof when another team proves the name under other numbers: its owner is told, once', async () => {
    const former = await proven('workflow', 'github.com/moved5/app/.github/workflows/r.yml', 'ci-token');
    const bystander = await proven('repository', 'github.com/moved5/app2', 'ci-token');
    const latter = await proven('repository', 'github.com/moved5/app', 'ci-token', '42');
    await recheckOwnership(deps, world, new Date());
    await recheckOwnership(deps, world, new Date());
    for (const ownership of [former, bystander, latter]) expect(await stands(ownership)).toBe(true);
    const mails = await mailsOf(former);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.replace(/\s+/g, ' ')).toContain(
      'was proven by another team under repository id 42, owner id 7; yours is 41/7. Your proof stands for your numbers',
    );
    expect([...(await mailsOf(bystander)), ...(await mailsOf(latter))]).toEqual([]);
    const acts = await sql<{ act: string }[]>`
      SELECT act FROM account_audit WHERE team_id = ${former.teamId} AND act = 'ownership.rival'`;
    expect(acts).toHaveLength(1);
  });

  it.each([
    ['nobody trusts', { trust: 'untrusted' }],
    ['was issued before the proof', { issued: new Date(Date.now() - 86_400_000) }],
  ] as const)('ends nothing when it is one that %s', async (_, how) => {
    const name = `github.com/kept/${how === undefined ? '' : Object.keys(how).join('')}`.toLowerCase();
    const ownership = await proven('repository', name);
    await certified(name, { repositoryId: '42' }, how);
    await certified(`${name}-other`, { repositoryId: '42' });
    await recheckOwnership(deps, world, new Date());
    expect(await stands(ownership)).toBe(true);
  });
});
