/** One name, proven under two numbers: at the authority itself, a freeze of the one stops no run of the other. */
import { randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { answerForAll, mayAnswerForAll } from '#app/alert/shared-answers.ts';
import { readCaller, teamIds, type Caller } from '#app/account/caller.ts';
import { afterProof } from '#app/account/ownership/after-proof.ts';
import { openSession } from '#app/account/session.ts';
import { userOfAddress } from '#app/account/user.ts';
import type { Dependencies } from '#app/dependencies.ts';
import { spareOthers } from '#app/freezes/spare-others.ts';
import { freeze, liftFreeze, listFreezes } from '#app/freezes/store.ts';
import { readConfig } from '#lib/server/config.ts';
import { openPrisma } from '#lib/server/database.ts';
import { freezesOf } from '#lib/server/freezes.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { namedSql } from '#lib/server/named-sql.ts';
import { keys, startAskedCa, type AskedCa } from '#tests/harness/asked-ca.ts';
import { workflowClaims } from '#tests/harness/workflow-claims.ts';

let bench: AskedCa;
let deps: Dependencies;
const config = readConfig({ NODE_ENV: 'test', WEB_URL: 'http://watch.example' });
beforeAll(async () => {
  bench = await startAskedCa();
  const { sql, url } = bench.database;
  const secret = readFileSync(join(bench.ca.dataDir, 'internal-secret'), 'utf8').trim();
  deps = {
    sql,
    prisma: openPrisma(url, { max: 2 }),
    config,
    freezes: freezesOf(bench.ca.url, secret),
    renderLetter,
    statement: namedSql,
    logger: { warn: (...said: unknown[]) => expect(said).toBeUndefined() },
    now: () => new Date(),
  } as unknown as Dependencies;
});
afterAll(async () => {
  await deps.prisma.$disconnect();
  await bench.close();
});

let run = 0;
let name = '';
let [first, second] = [
  { repositoryId: '', ownerId: '' },
  { repositoryId: '', ownerId: '' },
];
beforeEach(() => {
  name = `acme${++run}/app`;
  // A freeze goes with its number too, so each test has its own.
  [first, second] = [
    { repositoryId: `${run}1001`, ownerId: `${run}501` },
    { repositoryId: `${run}666`, ownerId: `${run}6660` },
  ];
});

async function signedIn(address: string): Promise<Caller> {
  const cookie = await deps.sql.begin(async (transaction) => {
    const userId = await userOfAddress(transaction, address);
    return openSession(transaction, config, { userId, method: 'code', agent: 'test' });
  });
  const caller = await readCaller(deps, new Headers({ cookie: cookie.split(';')[0] ?? '' }), 'page');
  if (caller === undefined) throw new Error('a stranger');
  return caller;
}

/** As a run of theirs would have proven it; what follows from a proof follows. */
async function proven(who: string, bound: object, kind = 'repository'): Promise<Caller> {
  const caller = await signedIn(`${who}${run}@team.example`);
  const id = randomUUID();
  const value = `github.com/${kind === 'organisation' ? (name.split('/')[0] ?? '') : name}`;
  await deps.sql`
    INSERT INTO account_ownership (id, team_id, kind, value, challenge, method, bound, proven_at, checked_at, renewed_at)
    VALUES (${id}, ${teamIds(caller)[0] ?? ''}, ${kind}, ${value}, ${id}, 'ci-token',
      ${deps.sql.json(bound as Record<string, string>)}, now(), now(), now())`;
  await afterProof(deps);
  return caller;
}

/** What a run of the name with these numbers gets from the authority. */
async function signs({ repositoryId, ownerId }: typeof first): Promise<number> {
  const subject = `repo:${name}:ref:refs/heads/main`;
  const workflow = `${name}/.github/workflows/x.yml@refs/heads/main`;
  const token = await bench.ci.token(
    workflowClaims({
      sub: subject,
      repository: name,
      repository_owner: name.split('/')[0],
      repository_id: repositoryId,
      repository_owner_id: ownerId,
      job_workflow_ref: workflow,
      workflow_ref: workflow,
    }),
  );
  return (await bench.ask({ token, proof: sign('sha256', Buffer.from(subject), keys.privateKey) })).status;
}
const both = async () => [await signs(first), await signs(second)];

it('stops everything of the name while one proof stands alone', async () => {
  const ann = await proven('ann', first);
  await freeze(deps, ann, { identity: `github.com/${name}` });
  expect(await both()).toEqual([403, 403]);
});

it('stops no run of the other, whoever froze, and both where both did', async () => {
  const [ann, mal] = [await proven('ann', first), await proven('mal', second)];
  const identity = `github.com/${name}`;
  const ofMal = await freeze(deps, mal, { identity });
  expect(await both()).toEqual([200, 403]);
  expect(await listFreezes(deps, ann)).toEqual([]);
  await expect(liftFreeze(deps, ann, ofMal.id)).rejects.toThrow('no such thing');
  const ofAnn = await freeze(deps, ann, { identity });
  expect(ofAnn.id).not.toBe(ofMal.id);
  expect(await both()).toEqual([403, 403]);
  await liftFreeze(deps, mal, ofMal.id);
  expect(await both()).toEqual([403, 200]);
  await expect(liftFreeze(deps, mal, ofAnn.id)).rejects.toThrow('no such thing');
  await liftFreeze(deps, ann, ofAnn.id);
  expect(await both()).toEqual([200, 200]);
});

it('spares a proof that is made later, until it ends', async () => {
  const ann = await proven('ann', first);
  const identity = `https://github.com/${name}/.github/workflows/x.yml@refs/heads/main`;
  await freeze(deps, ann, { identity });
  expect(await both()).toEqual([403, 403]);
  const mal = await proven('mal', second);
  expect(await both()).toEqual([403, 200]);
  await deps.sql`UPDATE account_ownership SET ended_at = now() WHERE team_id = ${teamIds(mal)[0] ?? ''}`;
  await spareOthers(deps);
  expect(await both()).toEqual([403, 403]);
});

it('spares nobody for a proof of the same number, or of its owner', async () => {
  const ann = await proven('ann', first);
  const colleague = await proven('bob', first);
  await proven('org', { ownerId: first.ownerId }, 'organisation');
  const made = await freeze(deps, ann, { identity: `github.com/${name}` });
  expect(await both()).toEqual([403, 403]);
  await liftFreeze(deps, colleague, made.id);
  expect(await both()).toEqual([200, 200]);
});

it('takes what was signed by a spared run for no breach of the freeze', async () => {
  await proven('ann', first);
  await freeze(deps, await proven('mal', second), { identity: `github.com/${name}` });
  const later = new Date(Date.now() + 60_000).toISOString();
  const source = `github.com/${name}`;
  const places = await deps.sql.unsafe(namedSql('match-frozen'), [
    ['x', 'x', 'x'],
    [source, source, source],
    [later, later, later],
    [first.repositoryId, second.repositoryId, ''],
    [first.ownerId, second.ownerId, ''],
  ]);
  expect(places.map(({ place }) => Number(place))).toEqual([2, 3]);
});

it('lets neither of the two answer for all who watch the name', async () => {
  const ann = await proven('ann', first);
  const alert = { id: randomUUID(), watch: { kind: 'repository', value: `github.com/${name}` } };
  expect(await mayAnswerForAll(deps, ann, alert)).toBe(true);
  const mal = await proven('mal', second);
  for (const each of [ann, mal]) {
    expect(await mayAnswerForAll(deps, each, alert)).toBe(false);
    await expect(answerForAll(deps, each, alert, { answer: 'mine' })).rejects.toThrow(
      'neither answers for all',
    );
  }
});
