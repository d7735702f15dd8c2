/** ARROW 3 for Rekor v1: its API (reference: the OpenAPI file of sigstore/rekor). Errors are {"code": HTTP, "message"}. */
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { errorAnswer } from '../http/error-answer.ts';
import {
  ConflictError,
  json,
  RequestError,
  type Answer,
  type Exchange,
  type Handler,
} from '../http/exchange.ts';
import type { Routes } from '../http/routes.ts';
import { readRoutes } from '../read/http.ts';
import type { PendingEntry } from '../sequencer/entry.ts';
import type { WriteSettings } from './http-v2.ts';
import { logEntryJson, readStored, type StoredEntry } from './respond-v1.ts';
import { parseRecordV1 } from './record-v1.ts';
import { retrieveEntries, searchEntries } from './retrieve-v1.ts';
import { findEntry, findEarlier } from './find-entry-v1.ts';
import type { LoggedV1 } from './open-trees-v1.ts';
import type { TreesV1, TreeV1 } from './tree-v1.ts';

export interface RekorV1Log {
  /** Asked at every request: trees are frozen, and others take their place. */
  readonly trees: TreesV1;
  /** Rejects with SequencerError `frozen` when no tree takes entries any more. */
  requireOpen(): Promise<void>;
  /** To the active tree. */
  add(entry: PendingEntry): Promise<LoggedV1>;
}

const entriesPath = '/api/v1/log/entries';

export function rekorV1Routes(routes: Routes, log: RekorV1Log, settings: WriteSettings): void {
  const retrieve = v1(async (exchange) => retrieveEntries(log.trees, await exchange.body()));
  routes
    .get('/ping', () => ({ status: 200, headers: { 'content-type': 'text/plain' }, body: '.' }))
    .get(
      '/api/v1/log',
      v1(() => logInfo(log.trees)),
    )
    .get(
      '/api/v1/log/publicKey',
      v1((exchange) => publicKey(log.trees, exchange)),
    )
    .get(
      '/api/v1/log/proof',
      v1((exchange) => consistency(log.trees, exchange)),
    )
    .post(
      entriesPath,
      v1((exchange) => createEntry(log, settings, exchange)),
    )
    .get(
      entriesPath,
      v1((exchange) => entryByIndex(log.trees, exchange)),
    )
    .post(`${entriesPath}/retrieve`, retrieve)
    // One client asks with a slash behind.
    .post(`${entriesPath}/retrieve/`, retrieve)
    .getBelow(
      `${entriesPath}/`,
      v1((exchange) => entryById(log.trees, exchange)),
    )
    .post(
      '/api/v1/index/retrieve',
      v1(async (exchange) => searchEntries(log.trees, await exchange.body())),
    );
  // Not of this API: the same tree as c2sp.org/tlog-tiles has it, for whoever reads all of it.
  readRoutes(routes, '/rekor-v1', () => log.trees.active.tiles);
}

/** A tree under its own name, which it keeps when it is frozen. */
export function treeRoutes(routes: Routes, { treeId, tiles }: TreeV1): void {
  readRoutes(routes, `/rekor-v1/${treeId}`, tiles);
}

/** The errors of this process in the shape of this API. */
function v1(handler: Handler): Handler {
  return async (exchange) => {
    try {
      return await handler(exchange);
    } catch (error) {
      const { status, headers, body } = errorAnswer(error);
      if (status === 500) throw error;
      const message = messageOf(headers, String(body));
      return json(status, JSON.stringify({ code: status, message }), { ...headers, ...jsonType });
    }
  };
}

const jsonType = { 'content-type': 'application/json' };

/** A frozen log says so in plain text to the clients of version 2. */
function messageOf(headers: Answer['headers'], body: string): string {
  if (headers?.['content-type'] !== jsonType['content-type']) return body.trim();
  return (JSON.parse(body) as { message: string }).message;
}

async function createEntry(log: RekorV1Log, settings: WriteSettings, exchange: Exchange): Promise<Answer> {
  await log.requireOpen();
  const submission = await exchange.body();
  const entry = await settings.acceptors.accept('rekor-v1', submission);
  // Before it is in the log: a monitor that reads the entry at once finds the statement beside it.
  await log.trees.active.attestations.keep(parseRecordV1(entry.record).leaf, submission);
  const earlier = await findEarlier(log.trees, entry.leafHash);
  const { duplicate, ...stored } =
    earlier === undefined ? await logged(log, entry) : { duplicate: true, ...earlier };
  const { entryId, member } = await logEntryJson(log.trees, stored);
  const location = `${entriesPath}/${entryId}`;
  if (duplicate && settings.duplicates === 'conflict')
    throw new ConflictError(`UUID ${entryId}`, { location });
  // Bare, not quoted: one client takes the header as the key of the entry in the body.
  return json(201, `{${member}}`, { etag: entryId, location });
}

async function logged(
  log: RekorV1Log,
  entry: PendingEntry,
): Promise<StoredEntry & { readonly duplicate: boolean }> {
  const { tree, index, head, record, prove, duplicate } = await log.add(entry);
  if (record !== undefined) return { tree, index, record, head, prove, duplicate };
  return { ...(await readStored(tree, index)), head, prove, duplicate };
}

async function entryByIndex(trees: TreesV1, { query }: Exchange): Promise<Answer> {
  const at = trees.locate(number(query.get('logIndex'), 'logIndex'));
  if (at === undefined) return { status: 404 };
  const { member } = await logEntryJson(trees, await readStored(at.tree, at.index));
  return json(200, `{${member}}`);
}

async function entryById(trees: TreesV1, { path }: Exchange): Promise<Answer> {
  // Hexadecimal digits are the same number in either case.
  const id = path.slice(entriesPath.length + 1).toLowerCase();
  if (!/^(?:[0-9a-f]{64}|[0-9a-f]{80})$/.test(id)) throw bad('an entry id is 64 or 80 hexadecimal digits');
  const found = await findEntry(trees, id);
  if (found === undefined) return { status: 404 };
  const { member } = await logEntryJson(trees, found);
  return json(200, `{${member}}`);
}

async function logInfo(trees: TreesV1): Promise<Answer> {
  await trees.active.published.renew();
  const described = (tree: TreeV1): object => {
    const { shown } = tree.published;
    return {
      rootHash: toHex(shown.root),
      treeSize: Number(shown.size),
      signedTreeHead: shown.checkpoint,
      // Text, since jq and others round such numbers.
      treeID: `${tree.treeId}`,
    };
  };
  const body = { inactiveShards: trees.inactive.map(described), ...described(trees.active) };
  return json(200, JSON.stringify(body), { 'cache-control': 'no-cache' });
}

function publicKey(trees: TreesV1, { query }: Exchange): Answer {
  const body = utf8(toPem('PUBLIC KEY', treeIn(trees, query).key.spki));
  return { status: 200, headers: { 'content-type': 'application/x-pem-file' }, body };
}

async function consistency(trees: TreesV1, { query }: Exchange): Promise<Answer> {
  const { published } = treeIn(trees, query);
  const { size, root } = published.head;
  const first = number(query.get('firstSize') ?? '1', 'firstSize');
  const last = number(query.get('lastSize'), 'lastSize');
  if (first < 1n || last < 1n) throw bad('sizes are at least 1');
  if (first > last) throw bad(`firstSize(${first}) must be less than or equal to lastSize(${last})`);
  if (last > size) {
    throw bad(`the tree size requested(${last}) was greater than what is currently observable(${size})`);
  }
  const hashes = first === last ? [] : await published.consistency(first, last);
  return json(200, JSON.stringify({ rootHash: toHex(root), hashes: hashes.map(toHex) }));
}

function treeIn(trees: TreesV1, query: URLSearchParams): TreeV1 {
  const given = query.get('treeID');
  if (given === null) return trees.active;
  const tree = /^\d{1,19}$/.test(given) ? trees.byId(BigInt(given)) : undefined;
  if (tree === undefined) throw bad('there is no such tree');
  return tree;
}

function number(text: string | null, name: string): bigint {
  if (text === null || !/^(?:0|[1-9]\d{0,17})$/.test(text)) throw bad(`${name} is not a number`);
  return BigInt(text);
}

function bad(reason: string): RequestError {
  return new RequestError('malformed', reason);
}
