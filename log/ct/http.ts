/** The CT log's API, RFC 6962 §4: the writes, and the reads that speak of tree heads and roots. */
import { z } from 'zod';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { writeDigitallySigned } from '#lib/x509/sct.ts';
import { json, RequestError, type Answer, type Handler } from '../http/exchange.ts';
import type { Routes } from '../http/routes.ts';
import type { SigningKey } from '#lib/server/signing-key.ts';
import type { LoggedEntry } from '../sequencer/entry.ts';
import type { LogWriter } from '../sequencer/log-writer.ts';
import { acceptChain, type SubmissionKind } from './accept-chain.ts';
import { proofRoutes, type FindLeaf } from './proofs.ts';
import { parseRecord, timestampOf } from './record.ts';
import type { AcceptedRoots } from './roots.ts';
import { TreeHeads } from './tree-head.ts';

export interface CtLog {
  readonly logId: Uint8Array;
  readonly key: SigningKey;
  readonly sequencer: LogWriter;
  readonly roots: AcceptedRoots;
  readonly findLeaf: FindLeaf;
}

/** Serves `<prefix>/ct/v1/...`; the prefix has no slash at its end. */
export function ctRoutes(routes: Routes, prefix: string, log: CtLog): void {
  const { published } = log.sequencer;
  const heads = new TreeHeads(log.key);
  const at = `${prefix}/ct/v1`;
  routes
    .post(`${at}/add-chain`, add(log, 'certificate'))
    .post(`${at}/add-pre-chain`, add(log, 'precertificate'))
    .get(`${at}/get-sth`, () => treeHead(heads, log))
    .get(`${at}/get-roots`, async () => {
      const roots = await log.roots.known();
      return json(200, JSON.stringify({ certificates: roots.map(({ encoding }) => base64(encoding)) }));
    });
  proofRoutes(routes, at, published, log.findLeaf);
}

const submission = z.object({ chain: z.array(z.string().max(100_000)).min(1).max(10) });

function add(log: CtLog, kind: SubmissionKind): Handler {
  return async (exchange) => {
    log.sequencer.requireOpen();
    const chain = readChain(await exchange.body());
    const entry = await acceptChain(kind, chain, log.roots, BigInt(Date.now()));
    return timestampAnswer(log, await log.sequencer.add(entry));
  };
}

function readChain(body: Uint8Array): Uint8Array[] {
  try {
    return submission.parse(JSON.parse(fromUtf8(body))).chain.map((text) => {
      const bytes = fromBase64(text);
      if (bytes === undefined) throw new TypeError('not base64');
      return bytes;
    });
  } catch (cause) {
    throw new RequestError('malformed', 'the body is not {"chain": [base64, ...]}', { cause });
  }
}

/** §4.1. The entry is in the log already: the timestamp promises nothing that could still fail. */
async function timestampAnswer(log: CtLog, logged: LoggedEntry): Promise<Answer> {
  const { index } = logged;
  const [stored] =
    logged.record === undefined ? await log.sequencer.published.records(index, index + 1n) : [logged.record];
  if (stored === undefined) throw new Error(`entry ${index} cannot be read`);
  const record = parseRecord(stored);
  const answer = {
    sct_version: 0,
    id: base64(log.logId),
    timestamp: Number(timestampOf(record)),
    extensions: '',
    signature: base64(writeDigitallySigned(log.key.sign(record.leafInput))),
  };
  return json(200, JSON.stringify(answer));
}

async function treeHead(heads: TreeHeads, { sequencer }: CtLog): Promise<Answer> {
  await sequencer.published.renew();
  const head = heads.sign(sequencer.published.head, Date.now());
  const answer = {
    tree_size: Number(head.size),
    timestamp: head.timestamp,
    sha256_root_hash: base64(head.root),
    tree_head_signature: base64(head.signature),
  };
  return json(200, JSON.stringify(answer));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
