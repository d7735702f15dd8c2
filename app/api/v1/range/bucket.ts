/**
 * What is known of all names whose hash begins alike: whoever asks says five of 64 hexadecimal digits and finds their name
 * in the answer themselves, so we cannot tell whom they asked about. Padded, so that neither can who sees its length.
 */
import { createHash } from 'node:crypto';
import type { Dependencies } from '../../../dependencies.ts';

export interface Bucket {
  readonly prefix: string;
  /**
   * Rest of the hash, signatures, forgery attempts; some are made up and have neither. Null for a name that its owner does
   * not want listed: to say none would be a lie. In the order of hashes.
   */
  readonly names: readonly (readonly [suffix: string, signed: number | null, forged: number | null])[];
}

export const prefixForm = /^[0-9a-f]{5}$/;
const mostNames = 20_000;
const fewestNames = 64;
/** Answers have few different lengths, whatever stands in them. */
const lengthStep = 4096;

export async function findBucket(
  { sql, statement }: Pick<Dependencies, 'sql' | 'statement'>,
  prefix: string,
): Promise<Bucket> {
  const rows = await sql.unsafe<{ hash: string; signed: bigint; forged: bigint; unlisted: boolean }[]>(
    statement('monitor-find-range'),
    [prefix.padEnd(32, '0'), prefix.padEnd(32, 'f'), mostNames],
  );
  const names = rows.map(
    ({ hash, signed, forged, unlisted }) =>
      [
        hash.slice(prefix.length),
        unlisted ? null : Number(signed),
        unlisted ? null : Number(forged),
      ] as const,
  );
  return { prefix, names };
}

/** The answer as JSON, a multiple of 4 KiB long. The same every time: what changes from asking to asking can be told apart. */
export function paddedAnswer({ prefix, names }: Bucket, completeUpTo: readonly object[]): string {
  const width = Math.max(fewestNames, 2 ** Math.ceil(Math.log2(names.length + 1)));
  const madeUp = Array.from({ length: width - names.length }, (_, at) => {
    const suffix = createHash('sha256').update(`padding ${prefix} ${at}`).digest('hex').slice(prefix.length);
    return [suffix, 0, 0] as const;
  });
  const all = [...names, ...madeUp].sort(([a], [b]) => (a < b ? -1 : 1));
  const answer = JSON.stringify({ prefix, names: all, completeUpTo, padding: '' });
  const missing = (lengthStep - (answer.length % lengthStep)) % lengthStep;
  return `${answer.slice(0, -2)}${'0'.repeat(missing)}"}`;
}
