// Vectors of other projects, read in place; merkle.test.ts is what must always run.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { parseNote } from '#lib/note/signed-note.ts';
import { CompactRange } from './compact-range.ts';
import { verifyConsistency } from './consistency.ts';
import { verifyInclusion } from './inclusion.ts';
import { leafHash } from './leaf-hash.ts';
import { parseEntryBundle } from './tile.ts';
import { tilePath } from './tile-path.ts';

const folder = join(import.meta.dirname, '../../../shared/vectors');
const absent = !existsSync(folder);
const bytes = (text: string | null): Uint8Array => fromBase64(text ?? '') ?? new Uint8Array(0);

function* cases(kind: 'inclusion' | 'consistency'): Generator<Record<string, unknown>> {
  const root = join(folder, 'merkle', kind);
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.json')) {
      yield { name, ...(JSON.parse(readFileSync(join(root, name), 'utf8')) as object) };
    }
  }
}

describe.skipIf(absent)('vectors (skipped where ../shared/vectors is absent)', () => {
  it('accepts and refuses the inclusion proofs of transparency-dev/merkle as they do', () => {
    for (const vector of cases('inclusion')) {
      const claim = {
        index: BigInt(vector['leafIdx'] as number),
        size: BigInt(vector['treeSize'] as number),
        leafHash: bytes(vector['leafHash'] as string),
        proof: ((vector['proof'] ?? []) as string[]).map(bytes),
        root: bytes(vector['root'] as string),
      };
      expect(verifyInclusion(claim), String(vector['name'])).toBe(vector['wantErr'] !== true);
    }
  });

  it('accepts and refuses their consistency proofs as they do', () => {
    for (const vector of cases('consistency')) {
      const claim = {
        oldSize: BigInt(vector['size1'] as number),
        newSize: BigInt(vector['size2'] as number),
        oldRoot: bytes(vector['root1'] as string),
        newRoot: bytes(vector['root2'] as string),
        proof: ((vector['proof'] ?? []) as string[]).map(bytes),
      };
      expect(verifyConsistency(claim), String(vector['name'])).toBe(vector['wantErr'] !== true);
    }
  });

  it('finds the root of every checkpoint of a foreign tile log in its entry bundles', () => {
    const range = CompactRange.empty();
    for (let size = 1; size <= 15; size++) {
      const path = tilePath({ level: 'entries', index: 0n, width: size });
      const entries = parseEntryBundle(readFileSync(join(folder, 'tiles', path)), size);
      range.append(leafHash(entries[size - 1] ?? new Uint8Array(0)));
      const note = parseNote(readFileSync(join(folder, 'tiles', `checkpoint.${size}`), 'utf8'));
      const checkpoint = parseCheckpoint(note.text);
      expect([checkpoint.size, toBase64(range.root())]).toEqual([BigInt(size), toBase64(checkpoint.root)]);
    }
  });
});
