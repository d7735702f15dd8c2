/** A verified batch as rows of monitor_entry and monitor_identity. */
import type { Transaction } from '#lib/server/database.ts';
import type { IndexedEntry } from '../match/indexed-entry.ts';
import { CopyRows, copyInto } from './copy-rows.ts';

const entryColumns = [
  'log_id',
  'entry_index',
  'leaf_hash',
  'kind',
  'digest_algorithm',
  'digest',
  'certificate_key',
  'certificate_hash',
  'trust',
  'issuer',
  'not_before',
  'not_after',
  'serial',
  'source',
  'claims',
  'key_type',
  'seen_at',
];
const identityColumns = ['log_id', 'entry_index', 'kind', 'value', 'seen_at', 'forged'];

export async function insertEntries(
  transaction: Transaction,
  logId: string,
  entries: readonly IndexedEntry[],
  seenAt: Date,
): Promise<void> {
  const rows = new CopyRows(entryColumns.length, entries.length * 1024);
  for (const entry of entries) {
    rows.row();
    rows.text(logId);
    rows.integer(entry.index);
    rows.binary(entry.leafHash);
    rows.text(entry.kind);
    rows.text(entry.digestAlgorithm);
    rows.binary(entry.digest);
    rows.binary(entry.certificateKey);
    rows.binary(entry.certificateHash);
    rows.text(entry.trust);
    rows.text(entry.issuer);
    rows.time(entry.notBefore);
    rows.time(entry.notAfter);
    rows.text(entry.serial);
    rows.text(entry.source);
    rows.text(JSON.stringify(entry.claims));
    rows.text(entry.keyType);
    rows.time(seenAt);
  }
  await copyInto(transaction, `monitor_entry (${entryColumns.join(', ')})`, rows.end());
}

export async function insertIdentities(
  transaction: Transaction,
  logId: string,
  entries: readonly IndexedEntry[],
  seenAt: Date,
): Promise<void> {
  const rows = new CopyRows(identityColumns.length, entries.length * 256);
  let isEmpty = true;
  for (const { index, identities, trust } of entries) {
    for (const { kind, value } of identities) {
      isEmpty = false;
      rows.row();
      rows.text(logId);
      rows.integer(index);
      rows.text(kind);
      rows.text(value);
      rows.time(seenAt);
      rows.boolean(trust === 'untrusted');
    }
  }
  if (!isEmpty) await copyInto(transaction, `monitor_identity (${identityColumns.join(', ')})`, rows.end());
}
