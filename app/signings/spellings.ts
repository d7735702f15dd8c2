/** How names stand in certificates: several spellings are one name, and a verifier knows none but its own. */
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';

const rows = z.array(z.object({ value: z.string(), exact: z.string(), entries: z.number() }));

export interface Spelling {
  readonly exact: string;
  readonly entries: number;
}

export class Spellings {
  private readonly byName: ReadonlyMap<string, readonly Spelling[]>;

  constructor(byName: ReadonlyMap<string, readonly Spelling[]>) {
    this.byName = byName;
  }

  /** The most frequent first; empty for a name that never signed. */
  of(name: string): readonly Spelling[] {
    return this.byName.get(name) ?? [];
  }

  /** To show the name by; as it is compared where it never signed. */
  usual(name: string): string {
    return this.of(name)[0]?.exact ?? name;
  }
}

export async function findSpellings(
  { sql, statement }: Pick<Dependencies, 'sql' | 'statement'>,
  names: readonly string[],
): Promise<Spellings> {
  const asked = [...new Set(names)].filter((name) => name !== '');
  if (asked.length === 0) return new Spellings(new Map());
  const found = await sql.unsafe(statement('find-spellings'), [asked]);
  const byName = new Map<string, Spelling[]>();
  for (const { value, exact, entries } of rows.parse(found.map((row) => ({ ...row }))))
    byName.set(value, [...(byName.get(value) ?? []), { exact, entries }]);
  return new Spellings(byName);
}
