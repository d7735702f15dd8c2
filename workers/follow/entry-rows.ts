/** A verified batch as rows of monitor_entry, monitor_identity and monitor_signer. */
import type { Transaction } from '#lib/server/database.ts';
import type { IndexedBatch } from '../match/indexed-batch.ts';
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
const identityColumns = ['log_id', 'entry_index', 'kind', 'value', 'seen_at', 'signer', 'exact', 'name'];
const signerColumns = [
  'log_id',
  'entry_index',
  'place',
  'trust',
  'issuer',
  'not_before',
  'not_after',
  'serial',
  'source',
  'claims',
  'key_type',
  'certificate_key',
  'certificate_hash',
];

/** Of a pipeline's signature, which says most, a little more than it takes: what is too small at first is copied in growing. */
const usualRowBytes = 1408;

export class EntryRows {
  private readonly rows: CopyRows;
  private readonly logId: string;
  private readonly seenAt: Date;

  constructor(logId: string, seenAt: Date, expected: number) {
    this.rows = new CopyRows(entryColumns.length, usualRowBytes * expected);
    this.logId = logId;
    this.seenAt = seenAt;
  }

  add(entry: IndexedEntry): void {
    const { rows } = this;
    rows.row();
    rows.text(this.logId);
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
    rows.time(this.seenAt);
  }

  end(): Uint8Array {
    return this.rows.end();
  }
}

export class IdentityRows {
  private readonly rows: CopyRows;
  private readonly logId: string;
  private readonly seenAt: Date;
  private isEmpty = true;

  constructor(logId: string, seenAt: Date, expected: number) {
    this.rows = new CopyRows(identityColumns.length, 256 * expected);
    this.logId = logId;
    this.seenAt = seenAt;
  }

  /** `names`: the row of monitor_name of each identity. */
  add({ index, identities }: IndexedEntry, names: readonly Uint8Array[]): void {
    const { rows } = this;
    for (const [at, { kind, value, exact, signer = 0 }] of identities.entries()) {
      this.isEmpty = false;
      rows.row();
      rows.text(this.logId);
      rows.integer(index);
      rows.text(kind);
      rows.text(value);
      rows.time(this.seenAt);
      rows.small(signer);
      rows.text(exact);
      rows.binary(names[at]);
    }
  }

  /** Undefined when nobody is named. */
  end(): Uint8Array | undefined {
    return this.isEmpty ? undefined : this.rows.end();
  }
}

/** Those who signed beside the best signer; nearly no entry has any. */
export class SignerRows {
  private rows: CopyRows | undefined;
  private readonly logId: string;

  constructor(logId: string) {
    this.logId = logId;
  }

  add({ index, others }: IndexedEntry): void {
    for (const [at, signer] of others.entries()) {
      this.rows ??= new CopyRows(signerColumns.length);
      const { rows } = this;
      rows.row();
      rows.text(this.logId);
      rows.integer(index);
      rows.small(at + 1);
      rows.text(signer.trust);
      rows.text(signer.issuer);
      rows.time(signer.notBefore);
      rows.time(signer.notAfter);
      rows.text(signer.serial);
      rows.text(signer.source);
      rows.text(JSON.stringify(signer.claims));
      rows.text(signer.keyType);
      rows.binary(signer.certificateKey);
      rows.binary(signer.certificateHash);
    }
  }

  end(): Uint8Array | undefined {
    return this.rows?.end();
  }
}

export async function insertRows(
  transaction: Transaction,
  { entryRows, identityRows, signerRows }: Pick<IndexedBatch, 'entryRows' | 'identityRows' | 'signerRows'>,
  into = { entries: 'monitor_entry', identities: 'monitor_identity', signers: 'monitor_signer' },
): Promise<void> {
  await copyInto(transaction, `${into.entries} (${entryColumns.join(', ')})`, entryRows);
  if (identityRows !== undefined)
    await copyInto(transaction, `${into.identities} (${identityColumns.join(', ')})`, identityRows);
  if (signerRows !== undefined)
    await copyInto(transaction, `${into.signers} (${signerColumns.join(', ')})`, signerRows);
}
