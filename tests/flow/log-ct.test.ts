// The CT log over HTTP: what a certificate authority and a monitor ask of it, RFC 6962 §4.
import 'reflect-metadata';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as x509 from '@peculiar/x509';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { verifyMessage } from '#lib/crypto/verify-signature.ts';
import { concat, uintBytes } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { verifyConsistency } from '#lib/merkle/consistency.ts';
import { verifyInclusion } from '#lib/merkle/inclusion.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { poisonOid, tbsWithoutSctAndPoison } from '#lib/x509/precertificate.ts';
import { readDigitallySigned, signedEntryBytes } from '#lib/x509/sct.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { bytesOf, LogProcess } from './log-process.ts';

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const makeKeys = () => crypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
let serial = 1;

interface Authority {
  readonly name: string;
  readonly keys: CryptoKeyPair;
  readonly certificate: x509.X509Certificate;
}

async function makeAuthority(name: string, parent?: Authority): Promise<Authority> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: (serial++).toString(16).padStart(4, '0'),
    subject: `CN=${name}`,
    issuer: `CN=${parent?.name ?? name}`,
    notBefore: new Date(Date.now() - 7_200_000),
    notAfter: new Date(Date.now() + 3_600_000),
    publicKey: keys.publicKey,
    signingKey: (parent?.keys ?? keys).privateKey,
    signingAlgorithm: ecdsa,
    extensions: [
      new x509.BasicConstraintsExtension(true, parent === undefined ? 1 : 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  return { name, keys, certificate };
}

interface LeafOptions {
  readonly poison?: boolean;
  readonly purpose?: string;
  readonly notBefore?: Date;
}

async function makeLeaf(issuer: Authority, options: LeafOptions = {}): Promise<Uint8Array> {
  const { poison = true, purpose = x509.ExtendedKeyUsage.codeSigning, notBefore = new Date() } = options;
  const { publicKey } = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: (serial++).toString(16).padStart(4, '0'),
    subject: '',
    issuer: `CN=${issuer.name}`,
    notBefore,
    notAfter: new Date(notBefore.getTime() + 600_000),
    publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: ecdsa,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([purpose]),
      new x509.SubjectAlternativeNameExtension([{ type: 'email', value: 'a@example.com' }], true),
      ...(poison ? [new x509.Extension(poisonOid, true, Uint8Array.of(5, 0))] : []),
    ],
  });
  return new Uint8Array(certificate.rawData);
}

const root = await makeAuthority('Test root');
const intermediate = await makeAuthority('Test intermediate', root);
const der = ({ certificate }: Authority): Uint8Array => new Uint8Array(certificate.rawData);

// The trust bundle of a certificate authority, and how often it was asked for.
let bundle = {
  chains: [{ certificates: [intermediate, root].map(({ certificate }) => certificate.toString('pem')) }],
};
let asked = 0;
const authority = createServer((request, response) => {
  asked++;
  if (request.url !== '/api/v2/trustBundle') response.statusCode = 404;
  response.end(JSON.stringify(bundle));
});
await new Promise<void>((listening) => authority.listen(0, listening));
const caUrl = `http://localhost:${(authority.address() as AddressInfo).port}`;

const database = await freshDatabase();
const log = await LogProcess.create(database.url, caUrl);
beforeAll(() => log.start());
afterAll(async () => {
  await log.remove();
  authority.close();
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

async function add(path: string, chain: readonly Uint8Array[]): Promise<Response> {
  const body = JSON.stringify({ chain: chain.map(base64) });
  return fetch(`${log.url}/ct/v1/${path}`, { method: 'POST', body });
}

interface Sct {
  sct_version: number;
  id: string;
  timestamp: number;
  extensions: string;
  signature: string;
}

async function addPrecertificate(leaf: Uint8Array): Promise<Sct> {
  const answer = await add('add-pre-chain', [leaf, der(intermediate), der(root)]);
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Sct;
}

async function read<T>(path: string): Promise<T> {
  const answer = await fetch(`${log.url}/ct/v1/${path}`);
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

interface TreeHead {
  tree_size: number;
  timestamp: number;
  sha256_root_hash: string;
  tree_head_signature: string;
}

function signedEntry(leaf: Uint8Array, timestamp: number): Uint8Array {
  const issuerKeyHash = sha256(readCertificate(der(intermediate)).spki);
  const tbs = tbsWithoutSctAndPoison(readCertificate(leaf));
  return signedEntryBytes(
    BigInt(timestamp),
    { type: 'precertificate', issuerKeyHash, tbs },
    new Uint8Array(0),
  );
}

describe('add-pre-chain', () => {
  it('signs a timestamp without extensions over the precertificate, which is then in the log', async () => {
    const leaf = await makeLeaf(intermediate);
    const sct = await addPrecertificate(leaf);
    const { spki, logId } = await log.identity('ct');
    expect(sct).toMatchObject({ sct_version: 0, id: logId, extensions: '' });
    expect(logId).toBe(base64(sha256(spki)));
    expect(Math.abs(sct.timestamp - Date.now())).toBeLessThan(10_000);
    const signed = signedEntry(leaf, sct.timestamp);
    const signature = readDigitallySigned(bytesOf(sct.signature));
    expect(verifyMessage(readPublicKey(spki), 'SHA-256', signed, signature)).toBe(true);
    // MerkleTreeLeaf has the very bytes that the timestamp signs.
    const head = await read<TreeHead>('get-sth');
    const hash = leafHash(signed);
    const proof = await read<{ leaf_index: number; audit_path: string[] }>(
      `get-proof-by-hash?hash=${encodeURIComponent(base64(hash))}&tree_size=${head.tree_size}`,
    );
    const claim = { index: BigInt(proof.leaf_index), size: BigInt(head.tree_size), leafHash: hash };
    const tree = { proof: proof.audit_path.map(bytesOf), root: bytesOf(head.sha256_root_hash) };
    expect(verifyInclusion({ ...claim, ...tree })).toBe(true);
  });

  it('gives a repeated certificate its first timestamp, across a restart too, and no second entry', async () => {
    const leaf = await makeLeaf(intermediate);
    const first = await addPrecertificate(leaf);
    const { tree_size } = await read<TreeHead>('get-sth');
    expect((await addPrecertificate(leaf)).timestamp).toBe(first.timestamp);
    await log.end('SIGKILL');
    await log.start();
    const again = await addPrecertificate(leaf);
    expect(again.timestamp).toBe(first.timestamp);
    const { spki } = await log.identity('ct');
    const signature = readDigitallySigned(bytesOf(again.signature));
    const signed = signedEntry(leaf, first.timestamp);
    expect(verifyMessage(readPublicKey(spki), 'SHA-256', signed, signature)).toBe(true);
    expect((await read<TreeHead>('get-sth')).tree_size).toBe(tree_size);
  });

  it('takes a chain without its root, and a certificate that has run out since', async () => {
    const past = await makeLeaf(intermediate, { notBefore: new Date(Date.now() - 3_600_000) });
    expect((await add('add-pre-chain', [past, der(intermediate)])).status).toBe(200);
  });
});

it('add-chain takes final certificates, as entries of their own kind', async () => {
  const leaf = await makeLeaf(intermediate, { poison: false });
  const answer = await add('add-chain', [leaf, der(intermediate), der(root)]);
  const sct = (await answer.json()) as Sct;
  const entry = { type: 'certificate', certificate: leaf } as const;
  const signed = signedEntryBytes(BigInt(sct.timestamp), entry, new Uint8Array(0));
  const { spki } = await log.identity('ct');
  const signature = readDigitallySigned(bytesOf(sct.signature));
  expect(verifyMessage(readPublicKey(spki), 'SHA-256', signed, signature)).toBe(true);
});

describe('a chain is refused', () => {
  const refused = async (path: string, chain: readonly Uint8Array[], reason: RegExp): Promise<void> => {
    const answer = await add(path, chain);
    expect(await answer.json()).toMatchObject({ message: expect.stringMatching(reason) });
    expect(answer.status).toBe(400);
  };

  it('when it ends at a root that is not of our authority, however often that is asked', async () => {
    const stranger = await makeAuthority('Stranger');
    const leaf = await makeLeaf(stranger);
    const before = asked;
    for (let at = 0; at < 5; at++) await refused('add-pre-chain', [leaf, der(stranger)], /no trusted issuer/);
    expect(asked - before).toBeLessThanOrEqual(1);
  });

  it('when it is not for code signing, not poisoned, poisoned in the wrong place, or not a certificate', async () => {
    const chain = [der(intermediate), der(root)];
    const server = await makeLeaf(intermediate, { purpose: x509.ExtendedKeyUsage.serverAuth });
    await refused('add-pre-chain', [server, ...chain], /not for this purpose/);
    await refused(
      'add-pre-chain',
      [await makeLeaf(intermediate, { poison: false }), ...chain],
      /not a precertificate/,
    );
    await refused('add-chain', [await makeLeaf(intermediate), ...chain], /not a certificate/);
    await refused('add-chain', [Uint8Array.of(0x30, 0), ...chain], /not a DER certificate/);
    await refused('add-chain', [], /the body is not/);
  });

  it('when its signature is not the issuer\u2019s', async () => {
    const leaf = await makeLeaf({ ...intermediate, keys: root.keys });
    await refused('add-pre-chain', [leaf, der(intermediate), der(root)], /does not verify/);
  });
});

it('a new root of the authority is found when a chain needs it', async () => {
  const next = await makeAuthority('Next root');
  const chains = [...bundle.chains, { certificates: [next.certificate.toString('pem')] }];
  bundle = { chains };
  const leaf = await makeLeaf(next);
  await expect
    .poll(async () => (await add('add-pre-chain', [leaf, der(next)])).status, {
      timeout: 8_000,
      interval: 200,
    })
    .toBe(200);
  const { certificates } = await read<{ certificates: string[] }>('get-roots');
  expect(certificates).toEqual([base64(der(root)), base64(der(next))]);
});

describe('the reads', () => {
  it('give every entry, which make the root of the signed tree head', async () => {
    const leaves = await Promise.all(Array.from({ length: 20 }, () => makeLeaf(intermediate)));
    await Promise.all(leaves.map(addPrecertificate));
    const head = await read<TreeHead>('get-sth');
    const { spki } = await log.identity('ct');
    const signed = concat(
      Uint8Array.of(0, 1),
      uintBytes(head.timestamp, 8),
      uintBytes(head.tree_size, 8),
      bytesOf(head.sha256_root_hash),
    );
    const signature = readDigitallySigned(bytesOf(head.tree_head_signature));
    expect(verifyMessage(readPublicKey(spki), 'SHA-256', signed, signature)).toBe(true);
    const { entries } = await read<{ entries: { leaf_input: string; extra_data: string }[] }>(
      `get-entries?start=0&end=${head.tree_size + 5}`,
    );
    const range = CompactRange.empty();
    for (const { leaf_input } of entries) range.append(leafHash(bytesOf(leaf_input)));
    expect(base64(range.root())).toBe(head.sha256_root_hash);
    const one = await read<{ leaf_input: string }>(
      `get-entry-and-proof?leaf_index=3&tree_size=${head.tree_size}`,
    );
    expect(one.leaf_input).toBe(entries[3]?.leaf_input);
    const old = CompactRange.empty();
    for (const { leaf_input } of entries.slice(0, 5)) old.append(leafHash(bytesOf(leaf_input)));
    const { consistency } = await read<{ consistency: string[] }>(
      `get-sth-consistency?first=5&second=${head.tree_size}`,
    );
    const claim = {
      oldSize: 5n,
      oldRoot: old.root(),
      newSize: BigInt(head.tree_size),
      newRoot: range.root(),
    };
    expect(verifyConsistency({ ...claim, proof: consistency.map(bytesOf) })).toBe(true);
  });

  it.each([
    'get-entries?start=5&end=4',
    'get-entries?start=100000&end=100001',
    'get-entries?start=-1&end=4',
    'get-entries?start=0x1&end=4',
    'get-entries',
    'get-sth-consistency?first=1&second=100000',
    'get-sth-consistency?first=0&second=1',
    'get-sth-consistency?first=3&second=2',
    'get-proof-by-hash?hash=AAAA&tree_size=1',
    'get-entry-and-proof?leaf_index=1&tree_size=1',
  ])('refuse %s', async (path) => {
    expect((await fetch(`${log.url}/ct/v1/${path}`)).status).toBe(400);
  });

  it('know no leaf that is not there', async () => {
    const path = `get-proof-by-hash?hash=${encodeURIComponent(base64(new Uint8Array(32)))}&tree_size=1`;
    expect((await fetch(`${log.url}/ct/v1/${path}`)).status).toBe(404);
  });
});

it('says that it cannot tell, not that the chain is bad, while its authority is away', async () => {
  const lonely = await LogProcess.create((await freshDatabase()).url, 'http://localhost:9');
  await lonely.start();
  const body = JSON.stringify({ chain: [await makeLeaf(intermediate), der(intermediate)].map(base64) });
  const answer = await fetch(`${lonely.url}/ct/v1/add-pre-chain`, { method: 'POST', body });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
  await lonely.remove();
});
