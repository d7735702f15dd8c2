/** A log that serves what it did not sign leaves a document behind that convicts it before people who trust nobody. */
import { afterAll, expect, it } from 'vitest';
import { concat } from '#lib/encoding/bytes.ts';
import { logVerifier } from '#lib/note/log-verifier.ts';
import { openCheckpoint } from '#lib/source/tiles.ts';
import { provesWrongBytes } from '#lib/source/wrong-bytes.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import { runMonitor, serveTrust, trustRoot } from '#tests/harness/monitor.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';

const authority = new TestAuthority();
const database = await freshDatabase();
const wrongFrom = [0, 1, 9, 300];
const logs = await Promise.all(wrongFrom.map(() => HostileLog.start()));
const trust = await serveTrust(trustRoot(logs, [authority]));
const monitor = await runMonitor(database, { trustUrl: trust.url });

afterAll(async () => {
  await monitor.stop();
  await Promise.all(logs.map((log) => log.stop()));
  await trust.close();
});

const leaves = Array.from({ length: 330 }, (_, at) =>
  rekorLeaf(authority.certify({ email: `dev${at}@example.com`, claims: { issuer: 'i' } })),
);

it('shows to anybody which entry it served is not the one it signed, wherever in the tree', async () => {
  for (const [at, log] of logs.entries()) {
    log.append(...leaves);
    log.misbehaviour = { kind: 'change-bytes', from: wrongFrom[at] ?? 0 };
  }
  const kept = await eventually(async () => {
    const rows = await database.sql<{ served: string | null }[]>`SELECT served FROM monitor_incident`;
    expect(rows.filter(({ served }) => served !== null)).toHaveLength(logs.length);
    return rows.map(({ served }) => JSON.parse(served ?? ''));
  }, 30_000);
  const found = kept.map((document) => {
    const bytes = (texts: string[]) => texts.map((text) => new Uint8Array(Buffer.from(text, 'base64')));
    const evidence = {
      firstIndex: BigInt(document.firstIndex),
      subtrees: bytes(document.subtrees),
      proofBefore: bytes(document.proofBefore),
      entries: bytes(document.entries),
      proofAfter: bytes(document.proofAfter),
    };
    const [key = new Uint8Array(0)] = bytes([document.log.publicKey]);
    const head = openCheckpoint(document.checkpoint, logVerifier(document.log.origin, key));
    const from = Number(evidence.firstIndex);
    expect(evidence.entries[0]).toEqual(concat(leaves[from] ?? key, Uint8Array.of(32)));
    expect(provesWrongBytes(evidence, head)).toBe(true);
    // Of an honest log nobody can make such a proof.
    const honest = evidence.entries.map((_, place) => leaves[from + place] ?? key);
    expect(provesWrongBytes({ ...evidence, entries: honest }, head)).toBe(false);
    return from;
  });
  expect(found.toSorted((a, b) => a - b)).toEqual(wrongFrom);
});
