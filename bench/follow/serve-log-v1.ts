/** Serves the entries of a folder as one tree of a Rekor v1 log: `serve-log-v1.ts FOLDER`. Prints its port and key. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { toBase64 } from '#lib/encoding/base64.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { proveConsistency } from '#lib/merkle/consistency.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { parseEntryBundle, tileAt } from '#lib/merkle/tile.ts';
import { tilePath } from '#lib/merkle/tile-path.ts';
import { formatCheckpoint, parseCheckpoint } from '#lib/note/checkpoint.ts';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { parseNote, signNote } from '#lib/note/signed-note.ts';

const folder = process.argv[2] ?? '';
const host = 'log.bench';
const treeId = '1193050959916656506';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));

const { size } = parseCheckpoint(parseNote(readFileSync(join(folder, 'checkpoint'), 'utf8')).text);
const nodes = new Map<string, Uint8Array>();
const range = CompactRange.empty();
/** As answers hold them, made once. */
const answers: string[] = [];
for (let index = 0n; index * 256n < size; index++) {
  const tile = tileAt('entries', index, size);
  if (tile === undefined) break;
  for (const leaf of parseEntryBundle(
    new Uint8Array(readFileSync(join(folder, tilePath(tile)))),
    tile.width,
  )) {
    const hash = leafHash(leaf);
    range.append(hash, (level, at, node) => nodes.set(`${level}/${at}`, node));
    const entry = { body: toBase64(leaf), logIndex: answers.length, integratedTime: 1_767_225_600 };
    answers.push(JSON.stringify({ [treeId + toHex(hash)]: entry }));
  }
}
const signer = {
  name: host,
  keyId: logIdOf('', spki).slice(0, 4),
  sign: (message: Uint8Array) => new Uint8Array(sign('sha256', message, privateKey)),
};
const text = formatCheckpoint({ origin: `${host} - ${treeId}`, size, root: range.root() });
const info = JSON.stringify({
  rootHash: toHex(range.root()),
  treeSize: Number(size),
  treeID: treeId,
  signedTreeHead: signNote(text, [signer]),
});

async function answerTo(url: URL, body: string): Promise<string> {
  if (url.pathname === '/api/v1/log') return info;
  if (url.pathname === '/api/v1/log/entries/retrieve') {
    const { logIndexes } = JSON.parse(body) as { logIndexes: number[] };
    return `[${logIndexes.map((index) => answers[index]).join(',')}]`;
  }
  const [first, last] = ['firstSize', 'lastSize'].map((name) => BigInt(url.searchParams.get(name) ?? 0));
  const read = async (ids: readonly { level: number; index: bigint }[]) =>
    ids.map(({ level, index }) => nodes.get(`${level}/${index}`) ?? new Uint8Array(0));
  return JSON.stringify({ hashes: (await proveConsistency(read, first ?? 0n, last ?? 0n)).map(toHex) });
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    void answerTo(url, Buffer.concat(parts).toString()).then((answer) => response.end(answer));
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(
    `${JSON.stringify({ port, publicKey: toBase64(spki), origin: `${host} - ${treeId}` })}\n`,
  );
});
process.on('message', () => process.send?.(process.cpuUsage()));
process.on('disconnect', () => process.exit(0));
