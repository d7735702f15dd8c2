/** What a proven owner may do for everybody, what nobody else may, and what others keep. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCaller, teamIds, type Caller } from '#app/account/caller.ts';
import { endOwnership, findOwnership, type Ownership } from '#app/account/ownership/store.ts';
import { leaveSearch, readsAsOwner, returnToSearch } from '#app/account/ownership/unlisting.ts';
import { openSession } from '#app/account/session.ts';
import { userOfAddress } from '#app/account/user.ts';
import { sayOfAlerts } from '#app/alert/answers.ts';
import { answerForAll, withdrawForAll } from '#app/alert/shared-answers.ts';
import { teamAlert } from '#app/alerts/store.ts';
import { findBucket } from '#app/api/v1/range/bucket.ts';
import type { Dependencies } from '#app/dependencies.ts';
import { findNeighbours } from '#app/e/neighbours.ts';
import { listWatchedFreezes } from '#app/freezes/store.ts';
import { findLookAlikes } from '#app/signings/related.ts';
import { readNarrowing } from '#app/signings/facets.ts';
import { searchOf } from '#app/i/[identity]/exported.ts';
import { findSignings } from '#app/signings/store.ts';
import { previewWatch } from '#app/watches/preview.ts';
import { addWatch, listWatches, mayWatch } from '#app/watches/store.ts';
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { openPrisma } from '#lib/server/database.ts';
import { readConfig } from '#lib/server/config.ts';
import { freezesOf } from '#lib/server/freezes.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { namedSql } from '#lib/server/named-sql.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { seedEntry, seedLog } from '#tests/browser/seed.ts';
import { leafOf, startTileLog } from '#tests/browser/tile-log.ts';

const { sql, url } = await freshDatabase();
const prisma = openPrisma(url, { max: 2 });
const config = readConfig({ NODE_ENV: 'test', WEB_URL: 'http://watch.example' });
const deps = {
  sql,
  prisma,
  config,
  statement: namedSql,
  renderLetter,
  now: () => new Date(),
  // No authority runs: what people froze is known all the same.
  freezes: freezesOf('http://127.0.0.1:9', 'nobody'),
} as Dependencies;
afterAll(() => prisma.$disconnect());

async function person(address: string): Promise<Caller> {
  const cookie = await sql.begin(async (transaction) => {
    const userId = await userOfAddress(transaction, address);
    return openSession(transaction, config, { userId, method: 'code', agent: 'test' });
  });
  const caller = await readCaller(deps, new Headers({ cookie: cookie.split(';')[0] ?? '' }), 'page');
  if (caller === undefined) throw new Error('a stranger');
  return caller;
}

const teamOf = ({ teams }: Caller): string => teams[0]?.id ?? '';
const actorOf = ({ userId }: Caller) => ({ kind: 'user', id: userId }) as const;

async function proves(caller: Caller, kind: Ownership['kind'], value: string): Promise<Ownership> {
  const id = randomUUID();
  await sql`
    INSERT INTO account_ownership (id, team_id, kind, value, challenge, asked_by, method, proven_at, checked_at)
    VALUES (${id}, ${teamOf(caller)}, ${kind}, ${value}, ${id}, ${caller.userId}, 'code', now(), now())`;
  const ownership = await findOwnership(sql, { id });
  if (ownership === undefined) throw new Error('gone');
  return ownership;
}

describe('an answer for everybody', () => {
  const name = 'release@acme.example';
  let entry = 0;
  let owner: Caller;
  let watcher: Caller;
  const ids = { owner: '', watcher: '', mailbox: '', other: '' };

  async function watch(teamId: string | null, email: string, value = name): Promise<string> {
    const id = randomUUID();
    await sql`
      INSERT INTO account_watch (id, kind, shown, value, email, mailbox, state, token_hash, stop_token, expires_at, team_id)
      VALUES (${id}, 'email', ${value}, ${value}, ${email}, ${email}, 'confirmed', ${Buffer.from(id)}, ${id}, now(), ${teamId})`;
    return id;
  }

  async function alert(watchId: string, told = true): Promise<string> {
    const id = randomUUID();
    await sql`
      INSERT INTO alert_alert (id, watch_id, log_id, entry_index, verdict, reasons, facts, token_hash, told_at)
      VALUES (${id}, ${watchId}, 'log', ${entry}, 'unexpected', '[]', '{}', ${Buffer.from(id)}, ${told ? new Date() : null})`;
    return id;
  }

  const watches = { owner: '', watcher: '', mailbox: '', other: '' };
  beforeAll(async () => {
    owner = await person('owner@acme.example');
    watcher = await person('watcher@else.example');
    watches.owner = await watch(teamOf(owner), 'owner@acme.example');
    watches.watcher = await watch(teamOf(watcher), 'watcher@else.example');
    watches.mailbox = await watch(null, 'mailbox@else.example');
    watches.other = await watch(teamOf(watcher), 'watcher@else.example', 'someone@else.example');
  });
  beforeEach(async () => {
    await sql`UPDATE account_ownership SET ended_at = now() WHERE ended_at IS NULL`;
    await sql`DELETE FROM mail_outbox`;
    entry++;
    for (const who of ['owner', 'watcher', 'mailbox', 'other'] as const) ids[who] = await alert(watches[who]);
  });

  const asked = { id: '', watch: { kind: 'email', value: name } };
  const said = async (id: string) => {
    const rows = await sql<{ answer: string; by: string; via: string }[]>`
      SELECT answer, by, via FROM account_answer WHERE alert_id = ${id} AND undone_at IS NULL ORDER BY id`;
    return rows.map(({ answer, via }) => `${answer} ${via}`);
  };
  const mailed = async () =>
    (
      await sql<{ recipient: string; text: string }[]>`
        SELECT recipient, message->>'text' AS text FROM mail_outbox ORDER BY recipient`
    ).map(({ recipient, text }) => ({ recipient, text }));

  it('is nobody’s but the proven owner’s: not a watcher’s, not an owner’s of another name, not a responder’s', async () => {
    await proves(owner, 'email', 'other@acme.example');
    await proves(watcher, 'domain', 'else.example');
    for (const caller of [owner, watcher])
      await expect(
        answerForAll(deps, caller, { ...asked, id: ids.owner }, { answer: 'mine' }),
      ).rejects.toMatchObject({ code: 'forbidden' });
    await proves(owner, 'email', name);
    const responder = {
      ...owner,
      teams: owner.teams.map((team) => ({ ...team, role: 'responder' as const })),
    };
    for (const act of [answerForAll, withdrawForAll])
      await expect(
        act(deps, responder, { ...asked, id: ids.owner }, { answer: 'mine' }),
      ).rejects.toMatchObject({
        code: 'forbidden',
      });
    expect(await said(ids.watcher)).toEqual([]);
  });

  it('reaches all who watch the name, is told to them, and to nobody who watches another', async () => {
    await proves(owner, 'domain', 'acme.example');
    await answerForAll(
      deps,
      owner,
      { ...asked, id: ids.owner },
      { answer: 'not-mine', reason: 'Key was stolen.' },
    );
    expect(await said(ids.watcher)).toEqual(['not-mine owner']);
    expect(await said(ids.mailbox)).toEqual(['not-mine owner']);
    expect(await said(ids.other)).toEqual([]);
    expect((await teamAlert(deps, watcher, ids.watcher)).state).toBe('not-mine');
    const mails = await mailed();
    expect(mails.map(({ recipient }) => recipient)).toEqual(['mailbox@else.example', 'watcher@else.example']);
    for (const { text } of mails) {
      expect(text).toContain('says that it was not them');
      expect(text).toContain('Key was stolen.');
      expect(text).toContain(`log/${entry}`);
      expect(text).not.toContain('owner@acme.example');
    }
    await answerForAll(deps, owner, { ...asked, id: ids.owner }, { answer: 'not-mine' });
    expect(await mailed()).toHaveLength(2);
  });

  it('leaves to others their own word, before and after', async () => {
    await proves(owner, 'email', name);
    const own = { by: 'watcher', actor: { kind: 'user', id: watcher.userId } } as const;
    await sayOfAlerts(deps, [ids.watcher], { answer: 'not-mine', who: own });
    await answerForAll(deps, owner, { ...asked, id: ids.owner }, { answer: 'mine' });
    expect(await said(ids.watcher)).toEqual(['not-mine account']);
    expect((await mailed()).map(({ recipient }) => recipient)).toEqual(['mailbox@else.example']);
    await sayOfAlerts(deps, [ids.mailbox], { answer: 'not-mine', who: { by: 'x', actor: { kind: 'mail' } } });
    expect(await said(ids.mailbox)).toEqual(['not-mine mail']);
  });

  it('can be taken back and changed, told each time, and is on record with the owner and with those told', async () => {
    await proves(owner, 'email', name);
    await answerForAll(deps, owner, { ...asked, id: ids.owner }, { answer: 'acknowledged' });
    await answerForAll(deps, owner, { ...asked, id: ids.owner }, { answer: 'mine' });
    expect(await said(ids.watcher)).toEqual(['mine owner']);
    await withdrawForAll(deps, owner, { ...asked, id: ids.owner });
    expect(await said(ids.watcher)).toEqual([]);
    expect(await mailed()).toHaveLength(6);
    const acts = async (teamId: string, subject: string) =>
      (
        await sql<{ act: string; actor_kind: string; actor_id: string | null }[]>`
        SELECT act, actor_kind, actor_id FROM account_audit WHERE team_id = ${teamId} AND subject_id = ${subject} ORDER BY id`
      ).map(({ act, actor_kind: kind, actor_id: id }) => [act, kind, id]);
    expect(await acts(teamOf(owner), ids.owner)).toEqual([
      ['answer.shared', 'user', owner.userId],
      ['answer.shared', 'user', owner.userId],
      ['answer.withdrawn', 'user', owner.userId],
    ]);
    expect(await acts(teamOf(watcher), ids.watcher)).toEqual(
      Array.from({ length: 3 }, () => ['answer.received', 'system', null]),
    );
  });

  it('is not mailed to whoever was told nothing of the alert', async () => {
    await proves(owner, 'email', name);
    await sql`UPDATE alert_alert SET told_at = NULL WHERE id = ${ids.mailbox}`;
    await answerForAll(deps, owner, { ...asked, id: ids.owner }, { answer: 'mine' });
    expect((await mailed()).map(({ recipient }) => recipient)).toEqual(['watcher@else.example']);
  });
});

it('a freeze and the last signature show to whoever watches the name', async () => {
  const name = 'frozen@acme.example';
  const [owner, watcher, stranger] = [
    await person(name),
    await person('co@else.example'),
    await person('x@else.example'),
  ];
  await addWatch(deps, watcher, {
    teamId: teamOf(watcher),
    target: { kind: 'email', value: name },
    email: 'co@else.example',
  });
  const listed = async () =>
    (await listWatches(deps, watcher)).map(({ frozen, last }) => [frozen, last !== null]);
  expect(await listed()).toEqual([[false, false]]);
  await sql`
    INSERT INTO account_freeze (id, team_id, kind, value, made_by)
    VALUES (${randomUUID()}, ${teamOf(owner)}, 'email', ${name}, 'owner')`;
  const log = await startTileLog([7].map(leafOf));
  await seedLog(sql, log);
  await seedEntry(sql, log, { index: 0, at: new Date(Date.now() - 60_000), identities: [['email', name]] });
  expect(await listed()).toEqual([[true, true]]);
  expect((await listWatchedFreezes(deps, watcher)).map(({ value }) => value)).toEqual([name]);
  expect(await listWatchedFreezes(deps, owner)).toEqual([]);
  expect(await listWatchedFreezes(deps, stranger)).toEqual([]);
  await sql`DELETE FROM monitor_identity`;
  await sql`DELETE FROM monitor_entry`;
  await sql`DELETE FROM monitor_log`;
});

describe('an address out of the search', () => {
  const name = 'jane@quiet.example';
  const other = 'janet@quiet.example';
  let owner: Caller;
  let ownership: Ownership;
  const digest = 'ab'.repeat(32);
  beforeAll(async () => {
    owner = await person(name);
    ownership = await proves(owner, 'email', name);
    const log = await startTileLog([0, 1, 2].map(leafOf));
    await seedLog(sql, log);
    const at = new Date(Date.now() - 60_000);
    await seedEntry(sql, log, { index: 0, at, identities: [['email', name]] });
    await seedEntry(sql, log, { index: 1, at, identities: [['email', name]] });
    await seedEntry(sql, log, { index: 2, at, identities: [['email', other]] });
    await sql`UPDATE monitor_entry SET digest = ${Buffer.from(digest, 'hex')}`;
  });

  /** All ways in which a stranger could find out what the address signed. */
  async function found() {
    const hash = toHex(sha256(utf8(name)));
    const bucket = await findBucket(deps, hash.slice(0, 5));
    const byName = await findSignings(deps, { identity: name, limit: 10 });
    const byDigest = await findSignings(deps, { digest, limit: 10 });
    const alike = await findLookAlikes(deps, { kind: 'email', value: 'jane@qu1et.example' });
    const preview = await previewWatch(deps, { kind: 'email', value: name });
    const near = byDigest.signings[0] && (await findNeighbours(deps, byDigest.signings[0]));
    return {
      byName: [byName.total, byName.signings.length, byName.unlisted],
      byDigest: [byDigest.signings.length, byDigest.unlisted],
      alike: alike.map(({ value }) => value),
      preview: [preview.entries, preview.isUnlisted],
      range: bucket.names.find(([rest]) => hash.endsWith(rest))?.slice(1),
      near: near?.name,
    };
  }

  it('is found nowhere, and nowhere said to have signed nothing', async () => {
    expect(await found()).toMatchObject({
      byName: [2, 2, false],
      byDigest: [3, false],
      preview: [2, false],
      range: [2, 0],
    });
    await leaveSearch(deps, ownership, actorOf(owner));
    const left = await found();
    expect(left).toMatchObject({
      byName: [0, 0, true],
      byDigest: [1, true],
      alike: [],
      preview: [0, true],
      range: [null, null],
      near: other,
    });
  });

  it('is still there for who proved that very address, whoever else asks', async () => {
    await leaveSearch(deps, ownership, actorOf(owner));
    const stranger = await person('stranger@else.example');
    const neighbour = await person('neighbour@quiet.example');
    await proves(neighbour, 'domain', 'quiet.example');
    for (const caller of [stranger, neighbour])
      expect(await readsAsOwner(deps, teamIds(caller), name)).toBe(false);
    expect(await readsAsOwner(deps, teamIds(owner), name)).toBe(true);
    const own = await findSignings(deps, { identity: name, limit: 10, asOwner: true });
    expect(own.signings).toHaveLength(2);
    const { since } = readNarrowing({ since: new Date(Date.now() + 60_000).toISOString() });
    const later = searchOf({ since }, new Date());
    expect((await findSignings(deps, { identity: name, limit: 10, asOwner: true, ...later })).total).toBe(0);
  });

  it('comes back when its owner says so, and when the proof ends', async () => {
    await leaveSearch(deps, ownership, actorOf(owner));
    await returnToSearch(deps, ownership, actorOf(owner));
    expect((await found()).byName).toEqual([2, 2, false]);
    await leaveSearch(deps, ownership, actorOf(owner));
    await endOwnership(sql, ownership, 'withdrawn', actorOf(owner));
    expect((await found()).byName).toEqual([2, 2, false]);
    await expect(
      leaveSearch(deps, { ...ownership, provenAt: undefined }, actorOf(owner)),
    ).rejects.toMatchObject({
      code: 'forbidden',
    });
    await leaveSearch(deps, ownership, actorOf(owner));
    expect((await found()).byName).toEqual([2, 2, false]);
    const acts = await sql<{ act: string }[]>`
      SELECT act FROM account_audit WHERE subject_id = ${ownership.id} AND act LIKE 'search.%' ORDER BY id`;
    expect(acts.map(({ act }) => act)).toEqual([
      'search.left',
      'search.returned',
      'search.left',
      'search.returned',
    ]);
  });

  it('is nobody’s to ask for who proved another thing, the domain included', async () => {
    const target = { kind: 'domain', value: 'quiet.example' } as const;
    const stranger = await person('another@else.example');
    expect(await mayWatch(deps, stranger, target)).toBe(false);
    const domain = await proves(owner, 'domain', 'quiet.example');
    expect(await mayWatch(deps, owner, target)).toBe(true);
    await expect(leaveSearch(deps, domain, actorOf(owner))).rejects.toMatchObject({ code: 'forbidden' });
  });
});
