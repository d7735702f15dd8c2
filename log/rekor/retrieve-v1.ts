/** Many entries at once, and the ids of entries by what they are about. */
import { sha256 } from '#crypto/sha256.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { readPemBytes } from '#lib/rekor/pem-verifier.ts';
import { json, RequestError, type Answer } from '../http/exchange.ts';
import { canonicalV1 } from './accept-v1.ts';
import { findEntry } from './find-entry-v1.ts';
import { readProposedValue, readRetrieval, readSearch, type Search } from './request-v1.ts';
import { logEntryJson, readStored, type StoredEntry } from './respond-v1.ts';
import { hashKey, searchKeysOf } from './search-keys-v1.ts';
import { entryIdOf, type TreesV1 } from './tree-v1.ts';

const mostAtOnce = 10;

/** What is not there is left out of the answer. */
export async function retrieveEntries(trees: TreesV1, body: Uint8Array): Promise<Answer> {
  const { entryUUIDs, logIndexes, entries } = readRetrieval(body);
  const asked = entryUUIDs.length + logIndexes.length + entries.length;
  if (asked > mostAtOnce) {
    const message = `${asked} entries were asked for, at most ${mostAtOnce} are given at once`;
    return json(422, JSON.stringify({ code: 422, message }));
  }
  const ids = [
    ...entryUUIDs,
    ...entries.map((proposed) => toHex(leafHash(canonicalV1(readProposedValue(proposed)).leaf))),
  ];
  const found = await Promise.all([
    ...ids.map((id) => findEntry(trees, id)),
    ...logIndexes.map((index) => atVirtualIndex(trees, BigInt(index))),
  ]);
  const present = found.filter((entry) => entry !== undefined);
  const members = await Promise.all(present.map((entry) => logEntryJson(trees, entry)));
  return json(200, `[${members.map(({ member }) => `{${member}}`).join()}]`);
}

async function atVirtualIndex(trees: TreesV1, virtualIndex: bigint): Promise<StoredEntry | undefined> {
  const at = trees.locate(virtualIndex);
  return at && readStored(at.tree, at.index);
}

/** Complete up to the size of the log at the time of asking, which a header states for each tree. */
export async function searchEntries(trees: TreesV1, body: Uint8Array): Promise<Answer> {
  const query = readSearch(body);
  const keys = searchKeysOf(queriedTexts(query));
  if (keys.length === 0) throw new RequestError('malformed', 'there is nothing to search by');
  const least = query.operator === 'and' ? keys.length : 1;
  const perTree = await Promise.all(
    trees.all.map(async (tree) => {
      const size = await tree.search.catchUp();
      const ids = (await tree.search.find(keys, least)).map((hash) => entryIdOf(tree, hash));
      return { ids, upTo: `${tree.treeId}=${size}` };
    }),
  );
  const completeUpTo = perTree.map(({ upTo }) => upTo).join(', ');
  return json(200, JSON.stringify(perTree.flatMap(({ ids }) => ids)), { 'x-complete-up-to': completeUpTo });
}

const algorithmBySize: Readonly<Record<number, string>> = {
  40: 'sha1',
  64: 'sha256',
  96: 'sha384',
  128: 'sha512',
};

function queriedTexts({ email, subject, hash, publicKey }: Search): string[] {
  const texts: string[] = [];
  if (email !== undefined && email !== '') texts.push(email);
  if (subject !== undefined) texts.push(subject);
  if (hash !== undefined)
    texts.push(hash.includes(':') ? hash : hashKey(algorithmBySize[hash.length] ?? '', hash));
  if (publicKey !== undefined) {
    const { content } = publicKey;
    texts.push(hashKey('sha256', sha256(readPemBytes(content)?.canonical ?? content)));
  }
  return texts;
}
