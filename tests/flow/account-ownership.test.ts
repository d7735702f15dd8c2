import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { logSignedActs } from '#app/account/audit-log.ts';
import { auditStatement } from '#app/account/audit-statement.ts';
import { check, methodsOf, type OwnershipWorld } from '#app/account/ownership/check.ts';
import { authoritativeTxt } from '#app/account/ownership/dns.ts';
import { proofContent } from '#app/account/ownership/log-proof.ts';
import { ownedKinds, readOwned } from '#app/account/ownership/name.ts';
import { proofLine, txtName } from '#app/account/ownership/places.ts';
import { lapseAfterToldMs, recheckAfterMs, recheckOwnership } from '#app/account/ownership/recheck.ts';
import { askOwnership, findOwnership, recordProof, type Ownership } from '#app/account/ownership/store.ts';
import { sha256 } from '#crypto/sha256.ts';
import { makeUser, personalTeamId } from '#app/account/user.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { readConfig } from '#lib/server/config.ts';
import { getOutbound } from '#lib/server/outbound-fetch.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { startDnsServer, type Zone } from '#tests/harness/dns-server.ts';
import { listen } from '#tests/harness/test-issuer.ts';

const { sql } = await freshDatabase();
const zone: Zone = new Map();
const dns = await startDnsServer(zone);
const pages = new Map<string, string>();
const site = createServer((request, response) => {
  const text = pages.get(request.url ?? '');
  response.writeHead(text === undefined ? 404 : 200).end(text);
});
const siteUrl = await listen(site);
afterAll(async () => {
  await dns.close();
  site.close();
});

const world: OwnershipWorld = {
  sql,
  txt: (name) =>
    authoritativeTxt(name, {
      resolvers: [`127.0.0.1:${dns.port}`],
      authoritativePort: dns.port,
      allowLoopback: true,
    }),
  get: (url) => getOutbound(`${siteUrl}/${url.replace(/^https:\/\//, '')}`, { allowLoopback: true }),
  hosts: {
    'git.example': 'https://git.example/{path}/raw/HEAD/{file}',
    'github.com': 'https://raw.example/{path}/{file}',
  },
};

async function newTeam(): Promise<{ userId: string; teamId: string }> {
  return sql.begin(async (transaction) => {
    const userId = await makeUser(transaction);
    return { userId, teamId: (await personalTeamId(transaction, userId)) ?? '' };
  });
}

async function asked(kind: Ownership['kind'], name: string, team?: { userId: string; teamId: string }) {
  const owned = readOwned(kind, name);
  if (typeof owned === 'string') throw new Error(`${name} is no ${kind}`);
  const { userId, teamId } = team ?? (await newTeam());
  return askOwnership(sql, { userId, teamId, owned, actor: { kind: 'user', id: userId } });
}

const isProven = async (ownership: Ownership, method: (typeof checked)[number]) =>
  (await check(world, ownership, method)).isProven;
const checked = ['dns', 'well-known', 'meta', 'role-mailbox', 'file', 'log-entry', 'code', 'login'] as const;

beforeEach(() => {
  zone.clear();
  pages.clear();
});

it('nothing is proved of anything by places that say nothing', async () => {
  const names = {
    email: 'a@acme.example',
    domain: 'acme.example',
    repository: 'git.example/acme/app',
    organisation: 'git.example/acme',
    workflow: 'git.example/acme/app/.github/workflows/r.yml',
    login: 'https://issuer.example jane@acme.example',
  };
  for (const kind of ownedKinds) {
    const ownership = await asked(kind, names[kind]);
    for (const method of methodsOf(kind)) {
      const { isProven: is, findings } = await check(world, ownership, method);
      expect(is, `${kind} ${method}`).toBe(false);
      expect(findings.length).toBeGreaterThan(0);
    }
  }
});

describe('a domain', () => {
  function delegate(servers: string[]): void {
    zone.set('acme.example', { NS: servers });
    for (const server of servers) zone.set(server, { A: ['127.0.0.1'] });
  }

  it('by a record that every authoritative server holds, and by no other team’s record', async () => {
    const ownership = await asked('domain', 'acme.example');
    const other = await asked('domain', 'acme.example');
    delegate(['ns1.acme.example', 'ns2.acme.example']);
    zone.set(txtName('acme.example'), { TXT: ['v=spf1 -all', proofLine(ownership.challenge)] });
    expect(await check(world, ownership, 'dns')).toMatchObject({
      isProven: true,
      findings: [
        {
          at: 'ns1.acme.example',
          said: `has the TXT record ${proofLine(ownership.challenge)} at ${txtName('acme.example')}`,
        },
        { at: 'ns2.acme.example' },
      ],
    });
    expect(await isProven(other, 'dns')).toBe(false);
    expect(other.challenge).not.toBe(ownership.challenge);
  });

  it('not by a resolver’s word, when the servers of the domain are no public addresses', async () => {
    const ownership = await asked('domain', 'acme.example');
    delegate(['ns1.acme.example']);
    zone.set(txtName('acme.example'), { TXT: [proofLine(ownership.challenge)] });
    const before = dns.asked.length;
    const answers = await authoritativeTxt(txtName('acme.example'), {
      resolvers: [`127.0.0.1:${dns.port}`],
      authoritativePort: dns.port,
    });
    expect(answers).toEqual([{ server: 'ns1.acme.example', texts: undefined }]);
    expect(dns.asked.slice(before).filter((name) => name === txtName('acme.example'))).toHaveLength(1);
  });

  it('by a file, or a tag in the head; not by what readers write below it', async () => {
    const ownership = await asked('domain', 'acme.example');
    const { challenge } = ownership;
    const file = '/acme.example/.well-known/sigwatch-proof.txt';
    pages.set(file, `x ${proofLine(challenge)}`);
    expect(await isProven(ownership, 'well-known')).toBe(false);
    pages.set(file, `\n${proofLine(challenge)}\r\n`);
    expect(await isProven(ownership, 'well-known')).toBe(true);
    const tag = `<meta name="sigwatch-proof" content="${challenge}">`;
    const holds = async (html: string) => {
      pages.set('/acme.example/', html);
      return isProven(ownership, 'meta');
    };
    expect(await holds(`<html><head><title>x</title>${tag}</head><body>`)).toBe(true);
    expect(await holds(`<html><head><META content='${challenge}' NAME=sigwatch-proof /></head>`)).toBe(true);
    for (const html of [
      `<html><head></head><body>${tag}</body></html>`,
      `<body>${tag}</head>`,
      tag,
      `<head><meta name="sigwatch-proof" content="${challenge}x"></head>`,
      `<head><meta name="other" data-name="sigwatch-proof" content="${challenge}"></head>`,
      `${'<meta '.repeat(10_000)}</head>`,
    ])
      expect(await holds(html), html.slice(0, 80)).toBe(false);
  });

  it('says what was looked for, and what stands there instead', async () => {
    const ownership = await asked('domain', 'says.example');
    const line = proofLine(ownership.challenge);
    const said = async (method: 'dns' | 'well-known' | 'meta') =>
      (await check(world, ownership, method)).findings[0]?.said;
    zone.set('says.example', { NS: ['ns1.acme.example'] });
    zone.set('ns1.acme.example', { A: ['127.0.0.1'] });
    expect(await said('dns')).toBe(`has no TXT record at ${txtName('says.example')}; ${line} was looked for`);
    zone.set(txtName('says.example'), { TXT: ['v=spf1 -all'] });
    expect(await said('dns')).toContain(`but not ${line}; the first is “v=spf1 -all”`);
    expect(await said('well-known')).toBe(
      `answered 404; it must answer 200 itself and have the line ${line}`,
    );
    pages.set('/says.example/.well-known/sigwatch-proof.txt', 'sigwatch-proof=old\n');
    expect(await said('well-known')).toBe(
      `was read, but lacks the line ${line}; it says “sigwatch-proof=old”`,
    );
    pages.set('/says.example/', '<head><meta name="sigwatch-proof" content="old"></head>');
    expect(await said('meta')).toContain('it has “<meta name="sigwatch-proof" content="old">”');
  });

  it('by a mailbox of the domain that an owner of the team read a code from', async () => {
    const team = await newTeam();
    const ownership = await asked('domain', 'acme.example', team);
    await sql`INSERT INTO account_email (address, user_id) VALUES ('jane@acme.example', ${team.userId})`;
    expect(await isProven(ownership, 'role-mailbox')).toBe(false);
    await sql`INSERT INTO account_email (address, user_id) VALUES ('security@acme.example', ${team.userId})`;
    expect(await isProven(ownership, 'role-mailbox')).toBe(true);
    await sql`UPDATE account_member SET role = 'viewer' WHERE user_id = ${team.userId}`;
    expect(await isProven(ownership, 'role-mailbox')).toBe(false);
  });
});

it('a repository by a file of its default branch, bound to its number; another of the same name is none', async () => {
  const ownership = await asked('repository', 'github.com/acme/app');
  pages.set('/raw.example/acme/app/.github/sigwatch-proof.txt', `${proofLine(ownership.challenge)}\n`);
  pages.set('/api.github.com/repos/acme/app', JSON.stringify({ id: 41, owner: { id: 7 } }));
  const first = await check(world, ownership, 'file');
  expect(first).toMatchObject({ isProven: true, bound: { repositoryId: '41', ownerId: '7' } });
  await recordProof(sql, ownership, { method: 'file', ...first }, { kind: 'system' });
  pages.set('/api.github.com/repos/acme/app', JSON.stringify({ id: 42, owner: { id: 8 } }));
  const bound = await findOwnership(sql, { id: ownership.id });
  if (bound === undefined) throw new Error('gone');
  expect(await isProven(bound, 'file')).toBe(false);
});

describe('by a signature in a log', () => {
  async function logged(
    challenge: string,
    entry: { trust?: string; source?: string; trigger?: string; names: [string, string][] },
  ) {
    const index = String(Math.floor(Math.random() * 1e9));
    const claims = {
      sourceRepositoryIdentifier: '41',
      sourceRepositoryOwnerIdentifier: '7',
      buildTrigger: entry.trigger ?? 'push',
    };
    await sql`
      INSERT INTO monitor_entry (log_id, entry_index, leaf_hash, kind, digest, trust, issuer, source, claims, seen_at)
      VALUES ('log', ${index}, ${Buffer.from(randomUUID())}, 'hashedrekord', ${Buffer.from(sha256(utf8(proofContent(challenge))))},
        ${entry.trust ?? 'trusted'}, 'https://issuer.example', ${entry.source ?? null}, ${sql.json(claims)}, now())`;
    for (const [kind, value] of entry.names)
      await sql`
        INSERT INTO monitor_identity (log_id, entry_index, kind, value, seen_at, name)
        VALUES ('log', ${index}, ${kind}, ${value}, now(), gen_random_uuid())`;
  }

  it('an address, a repository and a workflow by whoever signs as them', async () => {
    const email = await asked('email', 'jane@acme.example');
    await logged(email.challenge, { names: [['email', 'jane@acme.example']] });
    expect(await isProven(email, 'log-entry')).toBe(true);
    const uri = 'https://github.com/acme/app/.github/workflows/r.yml@refs/heads/main';
    const workflow = await asked('workflow', 'github.com/acme/app/.github/workflows/r.yml');
    await logged(workflow.challenge, { source: 'github.com/acme/app', names: [['uri', uri]] });
    expect(await check(world, workflow, 'log-entry')).toMatchObject({
      isProven: true,
      bound: { repositoryId: '41' },
    });
    const repository = await asked('repository', 'github.com/acme/app');
    await logged(repository.challenge, { source: 'github.com/acme/app', names: [['uri', uri]] });
    expect(await isProven(repository, 'log-entry')).toBe(true);
  });

  it.each([
    ['a certificate that nobody trusts', { trust: 'untrusted', names: [['email', 'jane@acme.example']] }],
    ['another name', { names: [['email', 'eve@acme.example']] }],
    ['the words as another kind', { names: [['username', 'jane@acme.example']] }],
    [
      'a build of what others propose',
      { trigger: 'pull_request_target', names: [['email', 'jane@acme.example']] },
    ],
  ] as const)('not by %s', async (_, entry) => {
    const ownership = await asked('email', 'jane@acme.example');
    await logged(ownership.challenge, { ...entry, names: entry.names.map(([kind, value]) => [kind, value]) });
    const { isProven: proven, findings } = await check(world, ownership, 'log-entry');
    expect(proven).toBe(false);
    expect(findings[0]?.said.includes('as this name, but by a build')).toBe('trigger' in entry);
  });
});

it('a proof that no longer holds fails, is told of, and lapses only then; the watch follows', async () => {
  const team = await newTeam();
  await sql`INSERT INTO account_email (address, user_id) VALUES ('owner@lapse.example', ${team.userId})`;
  const id = randomUUID();
  await sql`
    INSERT INTO account_watch (id, kind, shown, value, email, mailbox, state, token_hash, stop_token, expires_at, team_id)
    VALUES (${id}, 'domain', 'lapse.example', 'lapse.example', 'x', 'x', 'confirmed', ${Buffer.from(id)}, ${id}, now(), ${team.teamId})`;
  const ownership = await asked('domain', 'lapse.example', team);
  const file = '/lapse.example/.well-known/sigwatch-proof.txt';
  pages.set(file, proofLine(ownership.challenge));
  await recordProof(sql, ownership, { method: 'well-known', bound: {}, findings: [] }, { kind: 'system' });
  const state = async () => {
    const now = await findOwnership(sql, { id: ownership.id });
    const [watch] = await sql<
      { proven: boolean }[]
    >`SELECT proven_at IS NOT NULL AS proven FROM account_watch WHERE id = ${id}`;
    const mails = await sql`SELECT 1 FROM mail_outbox WHERE recipient = 'owner@lapse.example'`;
    return {
      is: now?.provenAt !== undefined,
      failing: now?.failingSince !== undefined,
      watch: watch?.proven,
      mails: mails.length,
    };
  };
  const deps = {
    sql,
    config: readConfig({ NODE_ENV: 'test' }),
    renderLetter: async () => ({ text: '', html: '' }),
  };
  let now = Date.now();
  const later = async (ms: number) => {
    // The clock of the database cannot be moved: what it wrote is.
    await sql`
      UPDATE account_ownership SET checked_at = checked_at - make_interval(secs => ${ms / 1000}),
        failing_since = failing_since - make_interval(secs => ${ms / 1000}), told_at = told_at - make_interval(secs => ${ms / 1000})`;
    await recheckOwnership(deps, world, new Date(now));
  };
  expect(await state()).toEqual({ is: true, failing: false, watch: true, mails: 0 });
  await later(recheckAfterMs + 1000);
  expect(await state()).toEqual({ is: true, failing: false, watch: true, mails: 0 });
  pages.clear();
  await later(recheckAfterMs + 1000);
  expect(await state()).toEqual({ is: true, failing: true, watch: true, mails: 0 });
  await later(86_401_000);
  expect(await state()).toEqual({ is: true, failing: true, watch: true, mails: 1 });
  await later(86_401_000);
  expect(await state()).toEqual({ is: true, failing: true, watch: true, mails: 1 });
  pages.set(file, proofLine(ownership.challenge));
  await later(86_401_000);
  expect(await state()).toEqual({ is: true, failing: false, watch: true, mails: 1 });
  pages.clear();
  await later(recheckAfterMs + 1000);
  await later(86_401_000);
  await later(lapseAfterToldMs + 1000);
  expect(await state()).toEqual({ is: false, failing: false, watch: false, mails: 3 });
});

it('what was proved and ended is signed into a log, once, and can be checked from there', async () => {
  const posted: { digest: string }[] = [];
  const post = async (_: string, __: number, body?: string) => {
    posted.push(
      (JSON.parse(body ?? '') as { hashedRekordRequestV002: { digest: string } }).hashedRekordRequestV002,
    );
    return utf8(JSON.stringify({ logIndex: String(posted.length) }));
  };
  const auditLog = { sql, logUrl: 'https://log.example', post };
  while ((await logSignedActs(auditLog)) > 0);
  expect(await logSignedActs(auditLog)).toBe(0);
  const rows = await sql<Parameters<typeof auditStatement>[0][]>`
    SELECT audit.* FROM account_audit audit JOIN account_audit_entry entry ON entry.audit_id = audit.id ORDER BY audit.id`;
  expect(rows.map(({ act }) => act)).toContain('ownership.ended');
  expect(posted.map(({ digest }) => digest)).toEqual(
    rows.map((row) => Buffer.from(sha256(utf8(auditStatement(row)))).toString('base64')),
  );
});
