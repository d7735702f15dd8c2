/** An entry in a Rekor v1 log: hashedrekord 0.0.1, or dsse 0.0.1 for an attestation. A 409 leads to the entry it means. */
import * as z from 'zod';
import { toBase64, fromBase64 } from '#lib/encoding/base64.ts';
import { fromHex, fromUtf8, toHex, utf8 } from '#lib/encoding/bytes.ts';
import { toPem } from '#lib/encoding/pem.ts';
import type { BundleEntry } from '#lib/bundle/bundle.ts';
import { readJsonAnswer } from './json-answer.ts';
import { SignError } from './sign-error.ts';
import type { SignedContent } from './signed-content.ts';
import type { Send, ServiceAnswer } from './transport.ts';

const whole = z.number().int().min(0);
const logEntry = z.object({
  body: z.string(),
  integratedTime: whole,
  logID: z.string(),
  logIndex: whole,
  verification: z.object({
    inclusionProof: z.object({
      checkpoint: z.string(),
      hashes: z.array(z.string()).max(64),
      logIndex: whole,
      rootHash: z.string(),
      treeSize: whole,
    }),
    signedEntryTimestamp: z.string(),
  }),
});
const answer = z.record(z.string(), logEntry);

export async function requestEntryV1(
  log: string,
  signed: SignedContent,
  certificate: Uint8Array,
  send: Send,
): Promise<BundleEntry> {
  const given = await send({
    method: 'POST',
    url: `${log}/api/v1/log/entries`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: utf8(JSON.stringify(proposedEntry(signed, certificate))),
  });
  const found = given.status === 409 ? await existing(log, given, send) : given;
  return readEntryV1Answer(found);
}

/** What `GET /api/v1/log/entries/ID` answers with too. Throws a SignError. */
export function readEntryV1Answer(given: ServiceAnswer): BundleEntry {
  const parsed = answer.safeParse(readJsonAnswer(given, 'log-refused', 'the transparency log'));
  const [entry] = Object.values(parsed.data ?? {});
  if (entry === undefined) throw malformed();
  return readEntry(entry);
}

function proposedEntry({ content, digest }: SignedContent, certificate: Uint8Array): object {
  const verifier = toBase64(utf8(toPem('CERTIFICATE', certificate)));
  const sig = toBase64(content.signature);
  if (content.kind === 'message') {
    const data = { hash: { algorithm: 'sha256', value: toHex(digest) } };
    const spec = { data, signature: { content: sig, publicKey: { content: verifier } } };
    return { apiVersion: '0.0.1', kind: 'hashedrekord', spec };
  }
  const { payloadType, payload } = content;
  const envelope = JSON.stringify({ payloadType, payload: toBase64(payload), signatures: [{ sig }] });
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: { proposedContent: { envelope, verifiers: [verifier] } },
  };
}

/** The same signature logged before, e.g. by a request whose answer was lost. Only a path of this very log is followed. */
async function existing(log: string, refusal: ServiceAnswer, send: Send): Promise<ServiceAnswer> {
  const id = /\/api\/v1\/log\/entries\/([0-9a-f]{64,80})$/.exec(refusal.header('location') ?? '')?.[1];
  if (id === undefined) return refusal;
  const headers = { accept: 'application/json' };
  return send({ method: 'GET', url: `${log}/api/v1/log/entries/${id}`, headers });
}

function readEntry({
  body,
  integratedTime,
  logID,
  logIndex,
  verification,
}: z.infer<typeof logEntry>): BundleEntry {
  const { checkpoint, hashes, logIndex: index, rootHash, treeSize } = verification.inclusionProof;
  const canonicalizedBody = required(fromBase64(body));
  const { kind, apiVersion } = readKind(canonicalizedBody);
  return {
    logIndex: BigInt(logIndex),
    logId: required(fromHex(logID)),
    kind,
    version: apiVersion,
    integratedTime: BigInt(integratedTime),
    inclusionPromise: required(fromBase64(verification.signedEntryTimestamp)),
    inclusionProof: {
      logIndex: BigInt(index),
      rootHash: required(fromHex(rootHash)),
      treeSize: BigInt(treeSize),
      hashes: hashes.map((hash) => required(fromHex(hash))),
      checkpoint,
    },
    canonicalizedBody,
  };
}

const kindOf = z.object({ kind: z.string(), apiVersion: z.string() });

function readKind(leaf: Uint8Array): z.infer<typeof kindOf> {
  try {
    return kindOf.parse(JSON.parse(fromUtf8(leaf)));
  } catch {
    throw malformed();
  }
}

function required(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw malformed();
  return bytes;
}

function malformed(): SignError {
  return new SignError('answer-malformed', 'the transparency log did not answer with an entry');
}
