/** Entries are read on other threads: what comes back is what would have been read here, and nothing when a thread dies. */
import { afterAll, expect, it } from 'vitest';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';
import { Authorities } from '#workers/match/authorities.ts';
import { EntryBatchWriter } from '#workers/match/entry-batch.ts';
import { indexBatch } from '#workers/match/index-batch.ts';
import { IndexingThreads } from '#workers/match/indexing-threads.ts';

const [authority, forger] = [new TestAuthority(), new TestAuthority()];
const trusted = [
  {
    uri: '',
    chain: [readCertificate(authority.certificate)],
    validFor: { start: new Date(0), end: undefined },
  },
];
const threads = new IndexingThreads(2);
afterAll(() => threads.close());

const served = Array.from({ length: 300 }, (_, at) => {
  const by = at % 7 === 0 ? forger : authority;
  const leaf = rekorLeaf(by.certify({ email: `dev${at % 50}@example.com`, claims: { issuer: 'i' } }));
  return { leaf, extraData: new Uint8Array(at % 3) };
});
/** Made anew each time: a thread takes it over. */
function batch() {
  const writer = new EntryBatchWriter();
  const hashes = served.map(({ leaf }) => leafHash(leaf));
  writer.add(served.slice(0, 100), hashes.slice(0, 100));
  writer.add(served.slice(100), hashes.slice(100));
  return { logId: 'log', kind: 'rekor-v2', seenAt: new Date(0), entries: writer.end(5n) } as const;
}
const bytes = (array: Uint8Array | undefined) => array && Buffer.from(array).toString('hex');

it('gives the same from a thread as here, batch by batch', async () => {
  const here = await indexBatch(batch(), Authorities.of(trusted));
  const there = await Promise.all([1, 2, 3].map(() => threads.index(batch(), trusted)));
  for (const indexed of there) {
    expect({
      ...indexed,
      entryRows: bytes(indexed.entryRows),
      identityRows: bytes(indexed.identityRows),
    }).toEqual({ ...here, entryRows: bytes(here.entryRows), identityRows: bytes(here.identityRows) });
  }
  expect(here.standings.filter((standing) => standing === 'untrusted')).toHaveLength(43);
  // Authorities that changed are asked for the next batch.
  const without = await threads.index(batch(), []);
  expect(new Set(without.standings)).toEqual(new Set(['untrusted']));
});

it('says that a batch was lost with its thread, and reads the next one', async () => {
  const lost = expect(threads.index(batch(), trusted)).rejects.toThrow('was lost');
  await threads.close();
  await lost;
  expect((await threads.index(batch(), trusted)).standings).toHaveLength(300);
});
