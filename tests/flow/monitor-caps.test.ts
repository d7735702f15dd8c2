/**
 * Whatever a log answers, in any dialect and to any question, costs a bounded number of bytes and a bounded time, and ends
 * in a SourceError: answers without end, small ones that unfold without end, ones that drip, pages of a captive portal, and
 * trees of 2^62 entries.
 */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { createGzip } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { guardedFetch } from '#lib/server/guarded-fetch.ts';
import { SourceError, type FetchBytes, type LogSource } from '#lib/source/log-source.ts';
import { listTrees } from '#lib/source/rekor-v1.ts';
import { dialects, sourceOf } from '#lib/source/source-of.ts';
import { close, listen } from '#tests/harness/test-issuer.ts';

const mebibyte = 1024 * 1024;
/** Of one answer, and of all that are read at once: a monitor has 512 MiB. */
const [mostInAnswer, mostAtOnce] = [40 * mebibyte, 40 * mebibyte];
const huge = 2n ** 62n;

const chunk = Buffer.alloc(256 * 1024, 'x');
const answers: Record<string, RequestListener> = {
  'without end': (_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', more);
    more();
  },
  'unfolding without end': (_, response) => {
    response.setHeader('content-encoding', 'gzip');
    const zip = createGzip({ level: 1 });
    const more = (): void => {
      while (!response.destroyed && zip.write(chunk));
    };
    zip.on('drain', more);
    zip.pipe(response);
    response.on('close', () => zip.destroy());
    more();
  },
  dripping: (_, response) => {
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  },
  'of a captive portal': (_, response) =>
    void response.setHeader('content-type', 'text/html').end('<!doctype html><title>Log in</title>'),
  'with a tree of 2^62 entries': (_, response) =>
    void response.end(
      JSON.stringify({
        tree_size: Number(huge),
        timestamp: 1,
        sha256_root_hash: Buffer.alloc(32).toString('base64'),
        tree_head_signature: 'AAAA',
        signedTreeHead: `log.example\n${huge}\n${Buffer.alloc(32).toString('base64')}\n`,
        treeID: '1',
        treeSize: Number(huge),
        rootHash: '00'.repeat(32),
      }),
    ),
};

let answer: RequestListener | undefined;
/** How a Rekor v1 log numbers its entries, which it is asked before any of them. */
const trees = JSON.stringify({ signedTreeHead: '', treeID: '1', treeSize: 2 ** 40 });
let listsTrees = false;
const server = createServer((request, response) => {
  if (listsTrees && request.url === '/api/v1/log') response.end(trees);
  else answer?.(request, response);
});
const url = await listen(server);
afterAll(() => close(server));

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));

/** Counts what may come at most, of one answer and of all at once. */
function counted(fetch: FetchBytes, most: { answer: number; atOnce: number }): FetchBytes {
  let atOnce = 0;
  return async (path, maxBytes, body) => {
    most.answer = Math.max(most.answer, maxBytes);
    atOnce += maxBytes;
    most.atOnce = Math.max(most.atOnce, atOnce);
    try {
      return await fetch(path, maxBytes, body);
    } finally {
      atOnce -= maxBytes;
    }
  };
}

const questions: Record<string, (source: LogSource) => Promise<unknown>> = {
  head: async (source) => source.open(await source.head()),
  entries: (source) => source.entries(0n, huge, huge),
  'last entries': (source) => source.entries(huge - 300n, huge, huge),
  consistency: (source) => source.consistency(3n, huge),
};

const cases = Object.keys(answers).flatMap((name) => dialects.map((dialect) => [dialect, name] as const));

it.each(cases)('%s: answers %s are an error, and bounded', async (dialect, name) => {
  answer = answers[name];
  for (const [question, ask] of Object.entries(questions)) {
    listsTrees = question.endsWith('entries');
    const most = { answer: 0, atOnce: 0 };
    const fetch = counted(guardedFetch(url, { timeoutMs: name === 'dripping' ? 300 : 20_000 }), most);
    const source = sourceOf({ dialect, origin: 'log.example - 1', publicKey: spki }, fetch);
    const failure = await ask(source).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure, question).toBeInstanceOf(SourceError);
    expect(most.answer, question).toBeLessThanOrEqual(mostInAnswer);
    expect(most.atOnce, question).toBeLessThanOrEqual(mostAtOnce);
  }
});

it.each(Object.keys(answers))('the list of the trees of a Rekor v1 log: answers %s', async (name) => {
  [answer, listsTrees] = [answers[name], false];
  const fetch = guardedFetch(url, { timeoutMs: name === 'dripping' ? 300 : 20_000 });
  const listed = await listTrees(fetch).catch((error: unknown) => error);
  expect(listed).toBeInstanceOf(SourceError);
});
