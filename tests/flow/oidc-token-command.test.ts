import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import fastify from 'fastify';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { beforeAll, expect, it } from 'vitest';
import { token } from '#lib/cli/token.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { forgetKeys, mailsTo, newestCode, startIssuer, type IssuerServer } from './oidc-issuer.ts';

let database: TestDatabase;
let server: IssuerServer;
let mailboxUrl: string;

beforeAll(async () => {
  database = await freshDatabase();
  server = await startIssuer(database.sql, { demoMailbox: true });
  const mailbox = await startMailbox();
  mailboxUrl = mailbox.url;
  return async () => {
    await mailbox.close();
    await server.close();
    forgetKeys(server);
  };
});

/** What the demo mailbox serves, read from the outbox directly: mail is delivered by another process. */
async function startMailbox() {
  const mailbox = fastify();
  mailbox.get('/api/dev/mailbox', (request) => {
    const { to } = request.query as { to: string };
    return database.sql`
      SELECT id, recipient AS to, message->>'subject' AS subject, message->>'text' AS text
      FROM mail_outbox WHERE recipient = ${to} ORDER BY created_at DESC`;
  });
  const origin = await mailbox.listen({ port: 0, host: '127.0.0.1' });
  return { url: `${origin}/api/dev/mailbox`, close: () => mailbox.close() };
}

async function emailIn(idToken: string): Promise<unknown> {
  const keys = createRemoteJWKSet(new URL(`${server.origin}/oidc/jwks`));
  const { payload } = await jwtVerify(idToken, keys, { issuer: server.issuer, audience: 'sigstore' });
  return payload['email'];
}

it('simultaneous commands for one address each read their own mail', async () => {
  const options = { email: 'many@example.org', caUrl: server.origin, mailboxUrl };
  const tokens = await Promise.all(Array.from({ length: 5 }, () => token(options)));
  expect(new Set(tokens).size).toBe(5);
  for (const each of tokens) expect(await emailIn(each)).toBe('many@example.org');
});

it('says in one sentence what is wrong', async () => {
  const options = { email: 'x@example.org', caUrl: server.origin, mailboxUrl };
  await expect(token({ ...options, email: 'nobody' })).rejects.toThrow(/not an e-mail address/);
  await expect(token({ ...options, audience: 'other' })).rejects.toThrow(/did not work/);
  await expect(token({ ...options, caUrl: 'http://localhost:1' })).rejects.toThrow(/Nobody answers/);
});

it('without a mailbox the person types the code, and stdout holds the token alone', async () => {
  const email = 'typist@example.org';
  const tokenModule = fileURLToPath(new URL('../../lib/cli/token.ts', import.meta.url));
  const options = JSON.stringify({ email, caUrl: server.origin });
  const script = `const { token } = await import(${JSON.stringify(tokenModule)}); console.log(await token(${options}));`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  const ended = once(child, 'close');
  await eventually(() =>
    expect(said.stderr).toMatch(/Code mailed to typist@example\.org \(reference [A-Z0-9]{4}\): /),
  );
  expect(await mailsTo(database.sql, email)).toHaveLength(1);
  child.stdin.write(`${await newestCode(database.sql, email)}\n`);
  expect((await ended)[0]).toBe(0);
  expect(said.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  expect(await emailIn(said.stdout.trim())).toBe(email);
});
