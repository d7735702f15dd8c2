/**
 * What a doubter's own browser checks of a log entry, with the code of lib/verify, lib/merkle and lib/x509: it asks the log
 * and the certificate authority itself and believes this site in nothing but which entry is meant.
 */
import { algorithmNamed } from '#lib/crypto/algorithms.ts';
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { verifyDigest } from '#lib/crypto/verify-signature.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { verifyConsistency } from '#lib/merkle/consistency.ts';
import { proveInclusion, verifyInclusion } from '#lib/merkle/inclusion.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { hashesFromTiles } from '#lib/merkle/tile.ts';
import type { TileId } from '#lib/merkle/tile-path.ts';
import { logVerifier } from '#lib/note/log-verifier.ts';
import { parseHashedRekord, type HashedRekord } from '#lib/rekor/hashedrekord.ts';
import type { FetchBytes, SignedHead } from '#lib/source/log-source.ts';
import { openCheckpoint, readTile, tileSource } from '#lib/source/tiles.ts';
import { readTrustedRoot, type TrustedRoot } from '#lib/trust/trusted-root.ts';
import { readSigner, verifyCertificate } from '#lib/verify/verify-certificate.ts';
import { readCertificate } from '#lib/x509/certificate.ts';

export interface Question {
  readonly logUrl: string;
  readonly origin: string;
  readonly index: bigint;
  /** What this site says the entry's leaf hash is, hexadecimal. */
  readonly leafHash: string;
}

export interface World {
  readonly askLog: FetchBytes;
  readonly trustedRoot: () => Promise<unknown>;
  /** The checkpoint of this log that this browser saw last. */
  readonly remembered: string | undefined;
  readonly remember: (checkpoint: string) => void;
}

export type StepResult = readonly [words: string, values: Readonly<Record<string, string>>];
export type RunStep = <T>(name: string, work: () => Promise<readonly [T, StepResult]>) => Promise<T>;

/** `run` shows a step and its outcome; where a step throws, those that build on it are not reached. */
export async function checkEntry(question: Question, world: World, run: RunStep): Promise<void> {
  const trust = await run('Trusted root', () => readTrust(question, world));
  const verifier = logVerifier(question.origin, trust.logKey);
  const source = tileSource(world.askLog, verifier);
  const head = await run('Checkpoint', async () => {
    const opened = openCheckpoint(await source.head(), verifier);
    return [opened, ['signed by the key of the log', { Checkpoint: opened.evidence }]];
  });
  const leaf = await run('Entry', () =>
    readLeaf(question, head, (from, to, size) => source.entries(from, to, size)),
  );
  await run('Inclusion', () => included(question, head, leaf, world.askLog));
  await run('Consistency', () =>
    consistent(head, world, (note) => openCheckpoint(note, verifier), source.consistency),
  );
  const record = parseHashedRekord(leaf);
  await run('Certificate', () => certified(record, trust.root));
  await run('Signature', async () => signed(record));
}

async function readTrust(
  { origin, logUrl }: Question,
  world: World,
): Promise<readonly [{ root: TrustedRoot; logKey: Uint8Array }, StepResult]> {
  const root = readTrustedRoot(await world.trustedRoot());
  const address = logUrl.replace(/\/+$/, '');
  const log =
    root.tlogs.find(({ baseUrl }) => baseUrl === address) ??
    root.tlogs.find((known) => known.origin === origin);
  if (log === undefined) throw new Error('this log is not in the trusted root, so its key is not known');
  return [
    { root, logKey: log.publicKey },
    ['names this log and its key', { 'Key of the log': toHex(log.publicKey) }],
  ];
}

async function readLeaf(
  { index, leafHash: stated }: Question,
  { size }: SignedHead,
  entries: (from: bigint, to: bigint, size: bigint) => Promise<{ leaf: Uint8Array }[]>,
): Promise<readonly [Uint8Array, StepResult]> {
  if (index >= size) throw new Error(`the log has signed ${size} entries; this is number ${index}`);
  const [entry] = await entries(index, index + 1n, size);
  if (entry === undefined) throw new Error('the log gave no entry');
  const hash = toHex(leafHash(entry.leaf));
  if (hash !== stated) throw new Error(`the log’s entry hashes to ${hash}, this page states ${stated}`);
  return [entry.leaf, ['hashes to what this page states', { 'Leaf hash': hash }]];
}

async function included(
  { index }: Question,
  { size, root }: SignedHead,
  leaf: Uint8Array,
  askLog: FetchBytes,
): Promise<readonly [undefined, StepResult]> {
  const readTiles = (tiles: readonly TileId[]) => Promise.all(tiles.map((tile) => readTile(askLog, tile)));
  const proof = await proveInclusion(hashesFromTiles(readTiles, size), index, size);
  if (!verifyInclusion({ index, size, root, leafHash: leafHash(leaf), proof }))
    throw new Error('the hashes of the log do not lead from this entry to the root it signed');
  const words = `${proof.length} hashes lead from it to the signed root of ${size} entries`;
  return [undefined, [words, { 'Audit path': proof.map(toHex).join('\n'), Root: toHex(root) }]];
}

/** A log that shows two people two histories is caught when one of them remembers. */
async function consistent(
  head: SignedHead,
  { remembered, remember }: World,
  open: (note: string) => SignedHead,
  ask: (first: bigint, second: bigint) => Promise<Uint8Array[]>,
): Promise<readonly [undefined, StepResult]> {
  if (remembered === undefined) {
    remember(head.evidence);
    return [undefined, ['first visit: this browser now remembers the checkpoint', {}]];
  }
  const before = open(remembered);
  const [older, newer] = before.size <= head.size ? [before, head] : [head, before];
  const same = older.size === newer.size;
  const proof = same ? [] : await ask(older.size, newer.size);
  const claim = { oldSize: older.size, oldRoot: older.root, newSize: newer.size, newRoot: newer.root, proof };
  if (!verifyConsistency(claim))
    throw new Error(
      `the log signed two histories: keep both checkpoints as evidence\n\n${before.evidence}\n${head.evidence}`,
    );
  remember(newer.evidence);
  const words = same
    ? 'the very tree that this browser remembers'
    : `the tree of ${older.size} entries is the beginning of that of ${newer.size}`;
  return [undefined, [words, { Remembered: before.evidence, Proof: proof.map(toHex).join('\n') }]];
}

async function certified(
  { verifier }: HashedRekord,
  root: TrustedRoot,
): Promise<readonly [undefined, StepResult]> {
  if (verifier.kind === 'publicKey') return [undefined, ['none: signed with a bare key', {}]];
  const leaf = readCertificate(verifier.bytes);
  const { logsVouching } = await verifyCertificate(leaf, [leaf.notBefore], root);
  const { identity, issuer } = readSigner(leaf);
  const logs = `${logsVouching} certificate log${logsVouching === 1 ? '' : 's'}`;
  const words = `issued to ${identity}, with the login of ${issuer}, by an authority of the trusted root; seen by ${logs}`;
  const from = leaf.notBefore.toISOString();
  return [undefined, [words, { 'Valid from': from, Certificate: toHex(verifier.bytes) }]];
}

function signed({ verifier, keyDetails, digest, signature }: HashedRekord): readonly [undefined, StepResult] {
  const algorithm = algorithmNamed(keyDetails);
  const spki = verifier.kind === 'publicKey' ? verifier.bytes : readCertificate(verifier.bytes).spki;
  const key = readPublicKey(spki);
  if (algorithm?.fits(key) !== true) throw new Error(`the key is none of ${keyDetails}`);
  if (!verifyDigest(key, algorithm.hash, digest, signature))
    throw new Error('the signature in the entry is not one over its digest by its key');
  return [
    undefined,
    ['made by this key over this digest', { Digest: toHex(digest), Signature: toHex(signature) }],
  ];
}
