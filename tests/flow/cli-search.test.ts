/** `sigwatch search` and `sigwatch watch`: the real commands against the real web process. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { userIdNames } from '#lib/identity/pgp-user.ts';
import { seedEntry, seedLog } from '#tests/browser/seed.ts';
import { leafOf, startTileLog } from '#tests/browser/tile-log.ts';
import { startWeb } from '#tests/browser/web.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { freePorts } from '#tests/harness/ports.ts';

const command = fileURLToPath(new URL('../../lib/cli/sigwatch.mjs', import.meta.url));
const { sql, url } = await freshDatabase();
const log = await startTileLog(Array.from({ length: 300 }, (_, at) => leafOf(at)));
const web = await startWeb(url);
await seedLog(sql, log);
const hostile = 'https://github.com/acme/\u001b[31mred\u202e';
for (let at = 0; at < 7; at++)
  await seedEntry(sql, log, {
    index: at,
    at: new Date(Date.parse('2026-11-20T10:00:00Z') + at * 1000),
    identities: [['email', 'dev@example.com'], ...(at === 3 ? [['uri', hostile] as const] : [])],
  });
await seedEntry(sql, log, {
  index: 50,
  at: new Date('2026-11-20T11:00:00Z'),
  identities: [['email', 'dev@example.com']],
  trust: 'untrusted',
});

const [key, pgpKey] = [createHash('sha256').update('a key').digest('hex'), 'b6'.repeat(20)];
for (const [index, kind, value] of [
  [60, 'key', key],
  [61, 'pgp-key', pgpKey],
  [62, 'key', createHash('sha256').update('file 3').digest('hex')],
] as const)
  await seedEntry(sql, log, {
    index,
    at: new Date('2026-11-20T12:00:00Z'),
    identities: [[kind, value]],
    trust: 'none',
  });

for (const [index, userId] of [
  [70, 'Pat Doe <pat@pgp.example>'],
  [71, 'pat@pgp.example'],
] as const)
  await seedEntry(sql, log, {
    index,
    at: new Date('2026-11-20T12:00:00Z'),
    identities: [
      ['pgp-key', `${index}`.repeat(20)],
      ...userIdNames(userId).map(({ kind, value }) => [kind, value] as const),
    ],
    trust: 'none',
  });

async function sigwatch(...args: string[]) {
  const { PATH, HOME } = process.env;
  const env: NodeJS.ProcessEnv = { PATH, HOME, NODE_ENV: 'test', WEB_URL: web.url };
  const child = spawn(process.execPath, [command, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, complaint] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, out, complaint };
}

describe('search', () => {
  it('pages through all there is, by the command it prints itself', async () => {
    const seen: string[] = [];
    let args = ['search', 'dev@example.com'];
    for (let pages = 0; pages < 3; pages++) {
      const { code, out } = await sigwatch(...args, '--limit', '3');
      expect(code).toBe(0);
      seen.push(...[...out.matchAll(/ rekor\/(\d+) /g)].map(([, index]) => index ?? ''));
      expect(out).toContain('7 signatures');
      expect(out).toContain('1 forgery attempt(s)');
      expect(out).toContain('Searched 300 entries of rekor');
      const next = /^Next page: sigwatch (.*)$/m.exec(out)?.[1];
      expect(next === undefined).toBe(pages === 2);
      args = next?.split(' ') ?? [];
    }
    expect(seen).toEqual(['6', '5', '4', '3', '2', '1', '0']);
  });

  it('finds a file by its digest, and says it in JSON', async () => {
    const digest = createHash('sha256').update('file 3').digest('hex');
    const { code, out } = await sigwatch('search', `sha256:${digest}`, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ total: 1, signings: [{ index: 3, digest: { value: digest } }] });
  });

  it('finds what a key signed by its SHA-256 and its PGP fingerprint, beside a file of that hash', async () => {
    const ofKey = await sigwatch('search', key);
    expect(ofKey.out).toMatch(/rekor\/60 [^]*^1 signature\./m);
    expect(ofKey.code).toBe(0);
    expect(JSON.parse((await sigwatch('search', key, '--json')).out)).toMatchObject({ total: 1 });
    expect((await sigwatch('search', pgpKey.toUpperCase())).out).toContain('rekor/61 ');
    const both = await sigwatch('search', createHash('sha256').update('file 3').digest('hex'));
    expect([...both.out.matchAll(/rekor\/(\d+) /g)].map(([, index]) => index)).toEqual(['3', '62']);
  });

  it('says apart what PGP keys claim of an address, and finds a user id that is typed whole', async () => {
    const ofAddress = await sigwatch('search', 'Pat@pgp.example');
    expect(ofAddress.out).toMatch(/^0 signatures\./m);
    const next = /nobody checked, signed 2 more: sigwatch search (\S+)$/m.exec(ofAddress.out)?.[1] ?? '';
    const claimed = await sigwatch('search', next);
    expect([...claimed.out.matchAll(/rekor\/(\d+) /g)].map(([, index]) => index).toSorted()).toEqual([
      '70',
      '71',
    ]);
    const whole = await sigwatch('search', 'Pat Doe <pat@pgp.example>');
    expect(whole.out).toContain('rekor/70 ');
    expect(whole.out).toContain('1 signature.');
    const page = async (path: string) => (await fetch(web.url + path)).text();
    expect(await page('/i/pat@pgp.example')).toMatch(
      /in a user id signed(?:<!-- -->)?\s*<a href="\/i\/pgp-user:pat@pgp.example">2 entries<\/a>/,
    );
    expect(await page(`/i/${encodeURIComponent('pgp-user:pat doe <pat@pgp.example>')}`)).toContain(
      'nobody checked that it is theirs',
    );
    const typed = await fetch(`${web.url}/?q=${encodeURIComponent('Pat Doe <pat@pgp.example>')}`, {
      redirect: 'manual',
    });
    expect(decodeURIComponent(typed.headers.get('location') ?? '')).toContain(
      '/i/pgp-user:pat doe <pat@pgp.example>',
    );
  });

  it('finds who signed with a certificate by its fingerprint, the entry’s own or one beside it', async () => {
    const fingerprints = ['a', 'b', 'c'].map((name) => createHash('sha256').update(name).digest());
    const [own, beside, forged] = fingerprints.map((print) => print.toString('hex'));
    await sql`UPDATE monitor_entry SET certificate_hash = ${fingerprints[0] ?? null} WHERE entry_index = 5`;
    for (const [place, issuer, standing] of [
      [1, 'https://second.example', 'trusted'],
      [2, 'https://nobody.example', 'untrusted'],
    ] as const)
      await sql`
        INSERT INTO monitor_signer (log_id, entry_index, place, trust, issuer, claims, certificate_hash)
        VALUES ('rekor', 6, ${place}, ${standing}, ${issuer}, '{}', ${fingerprints[place] ?? null})`;
    const found = await sigwatch('search', own ?? '');
    expect(found.out).toMatch(/rekor\/5 [^]*^1 signature\./m);
    expect(found.code).toBe(0);
    const printed = (beside ?? '').toUpperCase().replaceAll(/..(?=.)/g, '$&:');
    const other = await sigwatch('search', printed, '--json');
    expect(JSON.parse(other.out)).toMatchObject({ total: 1, signings: [{ index: 6, trust: 'trusted' }] });
    expect((await sigwatch('search', `certificate:${forged}`)).out).toMatch(/^0 signatures\.\n1 forgery/m);
    const typed = await fetch(`${web.url}/?q=${beside}`, { redirect: 'manual' });
    expect(typed.headers.get('location')).toBe('/e/rekor/6');
    const page = await (await fetch(`${web.url}/e/rekor/6`)).text();
    expect(page).toMatch(/Also signed by[^]*second\.example[^]*Forgery attempt[^]*nobody\.example/);
  });

  it('says how many of the entries it searched do not read, on the page too', async () => {
    const page = async () => (await fetch(`${web.url}/i/dev@example.com`)).text();
    expect((await sigwatch('search', 'dev@example.com')).out).not.toContain('do not read');
    expect(await page()).not.toContain('do not read');
    await sql`UPDATE monitor_log SET unparsable = 3`;
    expect((await sigwatch('search', 'dev@example.com')).out).toContain('; 3 of them do not read');
    expect(await page()).toContain('3 entries do not read');
    await sql`UPDATE monitor_log SET unparsable = 0`;
  });

  it('gives a terminal no orders of strangers, and no colour where nobody looks', async () => {
    const { out } = await sigwatch('search', 'dev@example.com');
    expect(out).toContain('\\u{1b}[31mred\\u{202e}');
    for (const order of ['\u001b', '\u202e']) expect(out).not.toContain(order);
  });

  it('tells nothing found (1), asked wrongly (2) and no answer (3) apart', async () => {
    const nothing = await sigwatch('search', 'nobody@example.com');
    expect(nothing).toMatchObject({ code: 1, out: expect.stringMatching(/^0 signatures\./) as string });
    expect((await sigwatch('search', 'dev@example.com', '--issuer', 'https://other.example')).code).toBe(1);
    const wrong = await sigwatch('search', 'dev@example.com', '--limit', '1000');
    expect(wrong).toMatchObject({ code: 2, out: '', complaint: expect.stringContaining('limit') as string });
    expect((await sigwatch('search')).code).toBe(2);
    expect((await sigwatch('search', 'a@b.example', '--instance', 'ftp://x')).code).toBe(2);
    const [port] = await freePorts(1);
    const silent = await sigwatch('search', 'a@b.example', '--instance', `http://localhost:${port}`);
    expect(silent).toMatchObject({ code: 3, complaint: expect.stringContaining('no answer') as string });
    const other = await sigwatch('search', 'a@b.example', '--instance', log.url);
    expect(other.code).not.toBe(0);
  });
});

describe('watch', () => {
  it('asks for a watch, which begins with one mail to confirm', async () => {
    const { code, out } = await sigwatch('watch', 'github.com/acme/app', '--email', 'Sec@example.com');
    expect(code).toBe(0);
    expect(out).toMatch(/confirmation link/);
    const rows = await sql`SELECT value, email, confirmed_at FROM account_watch`;
    expect(rows).toMatchObject([{ value: 'github.com/acme/app', confirmed_at: null }]);
    expect(await sql`SELECT recipient FROM mail_outbox`).toHaveLength(1);
  });

  it('takes a PGP fingerprint', async () => {
    expect((await sigwatch('watch', pgpKey, '--email', 'pgp@example.com')).code).toBe(0);
    const rows = await sql`SELECT kind, value FROM account_watch WHERE email = 'pgp@example.com'`;
    expect(rows).toEqual([{ kind: 'pgp-key', value: pgpKey }]);
  });

  it('takes what a PGP key calls itself, and says that it is a claim', async () => {
    expect((await sigwatch('watch', 'Pat Doe <pat@pgp.example>', '--email', 'user@example.com')).code).toBe(
      0,
    );
    const rows = await sql`SELECT kind, value FROM account_watch WHERE email = 'user@example.com'`;
    expect(rows).toEqual([{ kind: 'pgp-user', value: 'pgp-user:pat doe <pat@pgp.example>' }]);
    const [mail] =
      await sql`SELECT message->>'text' AS text FROM mail_outbox WHERE recipient = 'user@example.com'`;
    expect(String(mail?.['text']).replaceAll(/\s+/g, ' ')).toContain(
      'calls itself pat doe <pat@pgp.example>, which nobody checks',
    );
  });

  it('says what is wrong with an address or a name', async () => {
    expect((await sigwatch('watch', 'dev@example.com')).code).toBe(2);
    const noAddress = await sigwatch('watch', 'dev@example.com', '--email', 'nobody');
    expect(noAddress).toMatchObject({ code: 2, complaint: expect.stringContaining('email') as string });
    expect((await sigwatch('watch', 'nobody', '--email', 'dev@example.com')).code).toBe(2);
  });
});
