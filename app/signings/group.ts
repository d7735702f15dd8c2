import { sourceOf, type Signing } from './signing.ts';

export interface SourceGroup {
  readonly source: ReturnType<typeof sourceOf>;
  readonly signings: readonly Signing[];
}

/** By where they came from; the source that signed last comes first, each newest first as they came. */
export function bySource(signings: readonly Signing[]): SourceGroup[] {
  const groups = new Map<string, { source: SourceGroup['source']; signings: Signing[] }>();
  for (const signing of signings) {
    const source = sourceOf(signing);
    const key = `${source.kind} ${source.value}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { source, signings: [signing] });
    else group.signings.push(signing);
  }
  return [...groups.values()];
}
