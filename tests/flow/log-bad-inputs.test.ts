// Requests that no honest client sends, byte by byte: framing, paths, numbers, and entries that say two things at once.
// Nothing of it is logged, nothing of it is our fault, and the process answers the next one.
import { connect } from 'node:net';
import { sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '#tests/harness/database.ts';
import { hashedRekordBody, logEntry, LogProcess, makeSigner, post } from './log-process.ts';
import { proposed, RekorV1Client } from './rekor-v1-client.ts';

const database = await freshDatabase();
const log = await LogProcess.create(database.url);
const v1 = new RekorV1Client(log);
const signer = makeSigner();
const { hostname, port } = new URL(log.url);
let before = '';

const heads = async (): Promise<string> =>
  (
    await Promise.all(
      ['/checkpoint', '/rekor-v1/checkpoint'].map(async (path) => (await fetch(log.url + path)).text()),
    )
  )
    .map((note) => note.split('\n')[1])
    .join();

beforeAll(async () => {
  await log.start();
  await logEntry(log.url, hashedRekordBody(signer));
  await v1.create(proposed());
  before = await heads();
});
afterAll(async () => {
  expect(await heads()).toBe(before);
  await log.remove();
});

/** The status line of the first answer to these bytes, `closed` when there is none. */
function raw(...parts: readonly string[]): Promise<string> {
  return new Promise((done) => {
    const socket = connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname);
    let said = '';
    const end = (): void => {
      socket.destroy();
      done(/^HTTP\/1\.1 (\d{3})/.exec(said)?.[1] ?? 'closed');
    };
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
      if (said.includes('\r\n')) end();
    });
    socket.on('error', end).on('close', end);
    for (const part of parts) socket.write(part, 'latin1');
  });
}

const postHead = 'POST /api/v2/log/entries HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

it('whoever asks before sending too much is refused at once, and nobody goes on sending after the answer', async () => {
  const much = 'content-length: 500000000\r\n';
  expect(await raw(`${postHead}${much}expect: 100-continue\r\n\r\n`)).toBe('413');
  expect(await raw(`${postHead}content-length: 2\r\nexpect: 100-continue\r\n\r\n`)).toBe('100');
  const socket = connect(Number(port), '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  const closed = new Promise((done) => socket.once('close', done));
  socket.write(`${postHead}${much}\r\n`);
  const sending = setInterval(() => socket.write('x'.repeat(1000)), 20);
  await closed;
  clearInterval(sending);
  expect(answer).toContain('HTTP/1.1 413');
}, 10_000);

it('pages of other origins may read and write entries, and nothing else', async () => {
  const allowed = async (path: string, method: string): Promise<string | null> =>
    (await fetch(log.url + path, { method })).headers.get('access-control-allow-origin');
  for (const path of ['/checkpoint', '/api/v2/log/entries', '/api/v1/log', '/log_list.json', '/nothing'])
    expect(await allowed(path, 'OPTIONS'), path).toBe('*');
  expect(await allowed('/checkpoint', 'GET')).toBe('*');
  for (const path of ['/metrics', '/healthz', '/peer/v1/state', '/peer/v1/append'])
    for (const method of ['GET', 'OPTIONS']) expect(await allowed(path, method), path).toBeNull();
});

it('a parameter that comes twice is refused', async () => {
  for (const path of [
    '/api/v1/log/entries?logIndex=0&logIndex=1',
    '/api/v1/log/proof?firstSize=1&firstSize=2&lastSize=1',
    '/ct/v1/get-sth-consistency?first=0&first=1&second=0',
  ])
    expect((await fetch(log.url + path)).status, path).toBe(400);
});

it('of Rekor v1 an id may be in capitals, and what is no address is not searched for', async () => {
  const { id } = await v1.create(proposed());
  before = await heads();
  expect((await v1.call(`/api/v1/log/entries/${id.toUpperCase()}`)).status).toBe(200);
  const found = await v1.call('/api/v1/log/entries/retrieve', { entryUUIDs: [id.toUpperCase()] });
  expect(await found.json()).toHaveLength(1);
  expect((await v1.call('/api/v1/index/retrieve', { email: 'nobody' })).status).toBe(400);
  expect(await v1.find({ email: 'nobody@example.com' })).toEqual([]);
});

it('a person who opens the address sees a page', async () => {
  const page = await fetch(log.url);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
});

describe('framing', () => {
  it.each([
    ['E25: two lengths', `${postHead}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
    ['E25: length and chunks', `${postHead}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['E25: a blank in front of the colon', `${postHead}transfer-encoding : chunked\r\n\r\n0\r\n\r\n`],
    ['E25: a folded header', `${postHead}x-a: b\r\n c: d\r\ncontent-length: 2\r\n\r\n{}`],
    ['a length that is no number', `${postHead}content-length: two\r\n\r\n{}`],
    ['a bare line feed in a chunk size', `${postHead}transfer-encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n`],
    ['E1: chunks that hold nothing', `${postHead}transfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['no host', 'GET /checkpoint HTTP/1.1\r\n\r\n'],
  ])('%s: 400', async (_, bytes) => {
    expect(await raw(bytes)).toBe('400');
  });

  it('E12: chunks without an end: 413 as soon as they are too many', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    expect(await raw(`${postHead}transfer-encoding: chunked\r\n\r\n`, ...Array<string>(66).fill(chunk))).toBe(
      '413',
    );
  });

  it('headers of 64 KiB: 431', async () => {
    expect(await raw(`GET /checkpoint HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(65_536)}\r\n\r\n`)).toBe('431');
  });

  it('E26: another method in a header is not heard', async () => {
    const headers = { 'x-http-method-override': 'DELETE', 'x-method-override': 'POST' };
    expect((await fetch(`${log.url}/checkpoint`, { headers })).status).toBe(200);
  });
});

describe('paths', () => {
  it.each([
    '/tile/64/000',
    '/tile/-1/000',
    '/tile/00/000',
    '/tile/0/x001/002',
    '/tile/0/1234067',
    '/tile/0/00',
    '/tile/0/000.p/0',
    '/tile/0/000.p/01',
    '/tile/0/000.p/256',
    '/tile/0/000.p/2',
    '/tile/0/001',
    '/tile/entries/000.p/2',
    '/tile/0/%30%30%30.p/1',
    '/tile/%2e%2e/%2e%2e/%2e%2e/keys/log/rekor-v2.pem',
    '/tile/..%5c..%5ckeys',
    '/tile/0/000%00',
    `/tile/0/${'x001/'.repeat(200)}000`,
    '/rekor-v1/0/checkpoint',
    '/ct-9/ct/v1/get-sth',
    '/peer/v1/state',
  ])('%s: 404, which nobody may keep for ever', async (path) => {
    const answer = await fetch(`${log.url}${path}`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('cache-control')).not.toContain('immutable');
  });

  it('dots that are not escaped lead nowhere either', async () => {
    expect(await raw('GET /tile/../../keys/log/rekor-v2.pem HTTP/1.1\r\nhost: a\r\n\r\n')).toBe('404');
    expect(await raw('GET http://10.0.0.1/checkpoint HTTP/1.1\r\nhost: a\r\n\r\n')).toMatch(/^4/);
  });

  it('what peers say is not for others, and its words are looked at as a whole', async () => {
    for (const authorization of ['', 'Bearer ', 'Bearer x', `Bearer ${'0'.repeat(64)}`]) {
      const headers = { authorization };
      const body = '{"logId":"","entries":[]}';
      expect((await fetch(`${log.url}/peer/v1/append`, { method: 'POST', headers, body })).status).toBe(404);
    }
  });
});

describe('numbers', () => {
  it.each([
    '/api/v1/log/proof?firstSize=0&lastSize=1',
    '/api/v1/log/proof?firstSize=2&lastSize=1',
    '/api/v1/log/proof?firstSize=1&lastSize=9223372036854775808',
    '/api/v1/log/proof?firstSize=1&lastSize=1e3',
    '/api/v1/log/proof?lastSize=1&treeID=1',
    '/api/v1/log/entries?logIndex=-0',
    '/api/v1/log/entries?logIndex=9007199254740993000',
    '/ct/v1/get-sth-consistency?first=1&second=0',
    '/ct/v1/get-entries?start=-1&end=1',
    '/ct/v1/get-entries?start=0&end=1e9',
  ])('%s: 400', async (path) => {
    expect((await fetch(`${log.url}${path}`)).status).toBe(400);
  });
});

describe('entries', () => {
  const good = JSON.stringify(hashedRekordBody(signer));
  const message = Buffer.from('m');
  const envelope = (signatures: number, verifiers: number, payload = message): object => {
    const pae = Buffer.concat([Buffer.from(`DSSEv1 1 t ${message.length} `), message]);
    const sig = sign('sha256', pae, signer.privateKey).toString('base64');
    const verifier = {
      publicKey: { rawBytes: signer.spki.toString('base64') },
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    };
    return {
      dsseRequestV002: {
        envelope: {
          payload: payload.toString('base64'),
          payloadType: 't',
          signatures: Array.from({ length: signatures }, () => ({ sig })),
        },
        verifiers: Array.from({ length: verifiers }, () => verifier),
      },
    };
  };
  it.each([
    ['E1: a text', '"x"'],
    ['E14: a body nested 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['E16: a prototype', '{"__proto__":{"hashedRekordRequestV002":{}}}'],
    ['E16: a constructor', '{"constructor":{"prototype":{"x":1}}}'],
    ['E17: base64 with a blank', good.replace('"digest":"', '"digest":" ')],
    ['E17: bits behind the end of base64', good.replace(/("digest":"[^"]*)[^"]="/, '$1B="')],
    ['E19: a number past any', good.replace('"PKIX_ECDSA_P256_SHA_256"', '1e400')],
    ['E19: a number that is none of the enumeration', good.replace('"PKIX_ECDSA_P256_SHA_256"', '-1')],
    ['E9: eleven signatures', JSON.stringify(envelope(11, 1))],
    ['E9: eleven verifiers', JSON.stringify(envelope(1, 11))],
    ['E10: a payload that is another', JSON.stringify(envelope(1, 1, Buffer.from('n')))],
    ['E15: a digest twice', good.replace('"digest":', '"digest":"AAAA","digest":')],
    ['E15: one name in two spellings', good.replace('"signature":', '"signature":{},"\\u0073ignature":')],
  ])('%s: 400', async (_, body) => {
    expect((await post(log.url, body)).status).toBe(400);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('E15: an envelope of Rekor v1 whose text says two things', async () => {
    const spec = {
      proposedContent: { envelope: '{"payload":"","payload":"","signatures":[]}', verifiers: ['AA=='] },
    };
    const answer = await v1.call('/api/v1/log/entries', { kind: 'dsse', apiVersion: '0.0.1', spec });
    expect(answer.status).toBe(400);
  });
});
