/** The reads of the CT log that take numbers and hashes, RFC 6962 §4.4 to §4.8. */
import { fromBase64 } from '#lib/encoding/base64.ts';
import { json, RequestError, type Answer, type Exchange } from '../http/exchange.ts';
import type { Routes } from '../http/routes.ts';
import type { PublishedLog } from '../read/published-log.ts';
import { parseRecord } from './record.ts';

/** The index of the entry with this leaf hash. */
export type FindLeaf = (leafHash: Uint8Array) => Promise<bigint | undefined>;

const mostEntries = 256n;

export function proofRoutes(routes: Routes, at: string, log: PublishedLog, findLeaf: FindLeaf): void {
  routes
    .get(`${at}/get-sth-consistency`, (exchange) => consistency(log, exchange))
    .get(`${at}/get-proof-by-hash`, (exchange) => proofByHash(log, findLeaf, exchange))
    .get(`${at}/get-entries`, (exchange) => entries(log, exchange))
    .get(`${at}/get-entry-and-proof`, (exchange) => entryAndProof(log, exchange));
}

async function consistency(log: PublishedLog, exchange: Exchange): Promise<Answer> {
  const first = number(exchange, 'first');
  const second = number(exchange, 'second', log.head.size);
  // RFC 6962 §2.1.2 defines the proof for 0 < m < n: everything is consistent with the empty tree.
  if (first === 0n) throw bad('first is at least 1');
  if (first > second) throw bad('first is larger than second');
  const proof = await log.consistency(first, second);
  return json(200, JSON.stringify({ consistency: proof.map(base64) }));
}

async function proofByHash(log: PublishedLog, findLeaf: FindLeaf, exchange: Exchange): Promise<Answer> {
  const size = number(exchange, 'tree_size', log.head.size);
  // A `+` that was not escaped arrives as a space.
  const hash = fromBase64((exchange.query.get('hash') ?? '').replaceAll(' ', '+'));
  if (hash?.length !== 32) throw bad('hash is not 32 bytes of base64');
  const index = await findLeaf(hash);
  if (index === undefined || index >= size) throw new RequestError('not-found', 'no such leaf in that tree');
  const proof = await log.prove(index, size);
  return json(200, JSON.stringify({ leaf_index: Number(index), audit_path: proof.map(base64) }));
}

/** §4.6: "Logs MAY honor requests where 0 <= start < tree_size and end >= tree_size by returning a partial response". */
async function entries(log: PublishedLog, exchange: Exchange): Promise<Answer> {
  const start = number(exchange, 'start');
  const end = number(exchange, 'end');
  if (start > end) throw bad('start is larger than end');
  if (start >= log.head.size) throw bad('start is behind the end of the log');
  const stop = [end + 1n, log.head.size, start + mostEntries].reduce((a, b) => (a < b ? a : b));
  const records = await log.records(start, stop);
  return json(200, JSON.stringify({ entries: records.map(entryJson) }));
}

async function entryAndProof(log: PublishedLog, exchange: Exchange): Promise<Answer> {
  const size = number(exchange, 'tree_size', log.head.size);
  const index = number(exchange, 'leaf_index');
  if (index >= size) throw bad('leaf_index is not in that tree');
  const [record] = await log.records(index, index + 1n);
  const proof = await log.prove(index, size);
  if (record === undefined) throw new Error(`entry ${index} cannot be read`);
  return json(200, JSON.stringify({ ...entryJson(record), audit_path: proof.map(base64) }));
}

function entryJson(stored: Uint8Array): { leaf_input: string; extra_data: string } {
  const { leafInput, extraData } = parseRecord(stored);
  return { leaf_input: base64(leafInput), extra_data: base64(extraData) };
}

function number({ query }: Exchange, name: string, most?: bigint): bigint {
  const text = query.get(name) ?? '';
  if (!/^(?:0|[1-9]\d{0,15})$/.test(text)) throw bad(`${name} is not a number`);
  const value = BigInt(text);
  if (most !== undefined && value > most)
    throw bad(`${name} is larger than the log, which has ${most} entries`);
  return value;
}

function bad(reason: string): RequestError {
  return new RequestError('malformed', reason);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
