import { onlyClaims } from '#lib/rules/facts.ts';
import { sourceOf, type Signing } from './signing.ts';

export interface SourceGroup {
  readonly key: string;
  readonly source: ReturnType<typeof sourceOf>;
  /** Nobody we know vouches for that source. */
  readonly claimed: boolean;
  readonly signings: readonly Signing[];
}

/** By where they came from; the source that signed last comes first, each newest first as they came. */
export function bySource(signings: readonly Signing[]): SourceGroup[] {
  const groups = new Map<string, SourceGroup & { signings: Signing[] }>();
  for (const signing of signings) {
    const source = sourceOf(signing);
    const claimed = onlyClaims(signing);
    const key = `${claimed ? 'claimed ' : ''}${source.kind} ${source.value}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { key, source, claimed, signings: [signing] });
    else group.signings.push(signing);
  }
  return [...groups.values()];
}
