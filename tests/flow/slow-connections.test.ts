// Connections that are opened to be held: headers and bodies that drip, answers that nobody reads, silence, and more of all
// that than there may be. Each has its end, and whoever asks properly meanwhile is answered.
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectionOptions, guardConnections } from '#lib/server/connection-guard.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { startTestCa, type TestCa } from '#tests/harness/test-ca.ts';
import { hashedRekordBody, logEntry, LogProcess, makeSigner } from './log-process.ts';

const database = await freshDatabase();
const signer = makeSigner();
const opened: Socket[] = [];
const timers: NodeJS.Timeout[] = [];
afterEach(() => {
  for (const timer of timers.splice(0)) clearInterval(timer);
  for (const socket of opened.splice(0)) socket.destroy();
});

interface Client {
  readonly socket: Socket;
  /** What was answered when the other side ended it, and when that was. */
  readonly ended: Promise<{ said: string; afterMs: number }>;
}

function open(port: number, first: string, dripEveryMs?: number): Client {
  const socket = connect(port, 'localhost');
  opened.push(socket);
  const begun = performance.now();
  let said = '';
  socket.on('data', (chunk: Buffer) => (said += chunk.toString('latin1'))).on('error', () => undefined);
  socket.write(first);
  if (dripEveryMs !== undefined)
    timers.push(setInterval(() => socket.writable && socket.write('x'), dripEveryMs));
  const ended = new Promise<{ said: string; afterMs: number }>((done) =>
    socket.once('close', () => done({ said, afterMs: performance.now() - begun })),
  );
  return { socket, ended };
}

const headersThatDrip = 'POST /api/v2/log/entries HTTP/1.1\r\nhost: localhost\r\nx-a: ';
const bodyThatDrips =
  'POST /api/v2/log/entries HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{';

describe('a server of ours with short deadlines', () => {
  const limits = { most: 40, headersMs: 1_000, requestMs: 2_000, answerMs: 1_000, idleMs: 2_000 };
  // Larger than what the system keeps for a reader who does not read.
  const large = Buffer.alloc(64 * 1024 * 1024);
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer(connectionOptions, (request, response) => {
      request.resume().once('end', () => response.end(request.url === '/large' ? large : 'fine'));
    });
    guardConnections(server, limits);
    await new Promise<void>((listening) => server.listen(0, 'localhost', listening));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => server.closeAllConnections());

  const asks = async (): Promise<number> =>
    (await fetch(`http://localhost:${port}/`, { headers: { connection: 'close' } })).status;

  it.each([
    ['says nothing', '', undefined, /^(HTTP\/1\.1 408 .*)?/],
    ['drips its headers', headersThatDrip, 100, /^HTTP\/1\.1 408 /],
    ['drips its body', bodyThatDrips, 100, /^HTTP\/1\.1 408 /],
    ['does not end its body', bodyThatDrips, undefined, /^HTTP\/1\.1 408 /],
    [
      'drips a request behind one that was answered',
      `GET / HTTP/1.1\r\nhost: a\r\n\r\n${headersThatDrip}`,
      100,
      /fine.*408 /s,
    ],
    ['was answered and asks nothing more', 'GET / HTTP/1.1\r\nhost: a\r\n\r\n', undefined, /fine$/],
  ])(
    'ends with one who %s',
    async (_, first, dripEveryMs, said) => {
      const end = await open(port, first, dripEveryMs).ended;
      expect(end.said).toMatch(said);
      expect(end.afterMs).toBeLessThan(8_000);
    },
    15_000,
  );

  it('ends with one who does not read its answer', async () => {
    const { socket } = open(port, 'GET /large HTTP/1.1\r\nhost: a\r\n\r\n');
    socket.pause();
    const connections = (): Promise<number> =>
      new Promise((done) => server.getConnections((_, count) => done(count)));
    await eventually(async () => expect(await connections()).toBe(1));
    await eventually(async () => expect(await connections()).toBe(0), 12_000);
  }, 20_000);

  it('answers whoever asks properly beside four times as many as there may be who do not', async () => {
    for (let at = 0; at < 160; at++) open(port, at % 2 === 0 ? headersThatDrip : bodyThatDrips);
    for (let round = 0; round < 20; round++) expect(await asks()).toBe(200);
    const count = await new Promise<number>((done) => server.getConnections((_, now) => done(now)));
    expect(count).toBeLessThanOrEqual(limits.most);
  });
});

describe('log and authority', () => {
  let log: LogProcess;
  let ca: TestCa;
  beforeAll(async () => {
    log = await LogProcess.create(database.url);
    await log.start();
    ca = await startTestCa({ database, logUrl: log.url });
  });
  afterAll(async () => {
    await ca.close();
    await log.remove();
  });

  const portOf = (url: string): number => Number(new URL(url).port);

  it('answer 408 to headers and bodies that drip', async () => {
    const clients = [log.url, ca.url].flatMap((url) => [
      { ...open(portOf(url), headersThatDrip, 500), most: 14_000 },
      {
        ...open(portOf(url), bodyThatDrips.replace('/api/v2/log/entries', '/api/v2/signingCert'), 500),
        most: 36_000,
      },
      { ...open(portOf(url), bodyThatDrips, 500), most: 36_000 },
    ]);
    for (const { ended, most } of clients) {
      const { said, afterMs } = await ended;
      expect(said).toMatch(/^HTTP\/1\.1 (408|404) /);
      expect(said).not.toMatch(/HTTP.*HTTP/s);
      expect(afterMs).toBeLessThan(most);
    }
  }, 60_000);

  it('answer 501 to a method nobody knows, and 405 to one that is not for that path', async () => {
    for (const url of [log.url, ca.url]) {
      const { socket, ended } = open(portOf(url), 'FOO /checkpoint HTTP/1.1\r\nhost: a\r\n\r\n');
      socket.end();
      expect((await ended).said).toMatch(/^HTTP\/1\.1 501 /);
    }
    for (const path of ['/checkpoint', '/api/v2/log/entries', '/api/v1/log'])
      expect((await fetch(log.url + path, { method: 'PATCH' })).status, path).toBe(405);
    for (const path of ['/api/v2/signingCert', '/api/v1/timestamp', '/trusted_root.json'])
      expect((await fetch(ca.url + path, { method: 'PATCH' })).status, path).toBe(405);
  });

  it('the log logs on beside three thousand connections that wait, and its memory stays flat', async () => {
    const resident = async (): Promise<number> => {
      const text = await (await fetch(`${log.url}/metrics`)).text();
      return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1]);
    };
    for (let round = 0; round < 30; round++) await logEntry(log.url, hashedRekordBody(signer));
    // Our own idle connection may be the one that has to go; whoever finds it gone asks once more, as clients do.
    const orOnAnother = <T>(ask: () => Promise<T>): Promise<T> =>
      ask().catch((error: unknown) => (error instanceof TypeError ? ask() : Promise.reject(error)));
    const before = await resident();
    for (let at = 0; at < 3_000; at++) open(portOf(log.url), at % 3 === 0 ? bodyThatDrips : headersThatDrip);
    for (let round = 0; round < 20; round++)
      await orOnAnother(() => logEntry(log.url, hashedRekordBody(signer)));
    expect((await orOnAnother(resident)) - before).toBeLessThan(128 * 1024 * 1024);
  }, 60_000);
});
