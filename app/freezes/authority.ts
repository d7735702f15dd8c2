/**
 * What the authority itself says is frozen: also by a command or by another program. It is asked at most every few seconds,
 * however many look; while it cannot be reached, what people froze here is known all the same.
 */
import type { Freeze, Freezes } from '#lib/server/freezes.ts';

const freshMs = 5_000;
const asked = new WeakMap<object, { readonly at: number; readonly list: Promise<readonly Freeze[]> }>();

type Asks = Pick<Freezes, 'all'>;

export async function frozenAtAuthority(freezes: Asks, now: Date): Promise<readonly Freeze[]> {
  const known = asked.get(freezes);
  if (known !== undefined && Math.abs(now.getTime() - known.at) < freshMs) return known.list;
  const list = freezes.all().catch((): readonly Freeze[] => []);
  asked.set(freezes, { at: now.getTime(), list });
  return list;
}

/** After a change of ours, which is to be seen at once. */
export function forgetFrozen(freezes: Asks): void {
  asked.delete(freezes);
}
