/** What a log is called on pages and in mails, unless the operator named it: where it is, and what it holds. */
import type { FollowedLog, LogKind } from './followed-log.ts';

const holds: Readonly<Record<LogKind, string>> = {
  'rekor-v2': 'signatures',
  'rekor-v1': 'signatures (v1)',
  ct: 'certificates',
};

export function logName(kind: LogKind, url: string): string {
  return `${new URL(url).host} ${holds[kind]}`;
}

interface Named {
  readonly log: FollowedLog;
}

/**
 * One host may have several logs of a kind: what is beside the host in their addresses tells readers which is meant, and
 * where that is the same too, as for the trees of one Rekor v1 log, the end of their ids.
 */
export function toldApart<L extends Named>(listings: readonly L[]): L[] {
  const byPath = renamed(listings, ({ name, url }) => `${name} (${new URL(url).pathname})`, 'url');
  return renamed(byPath, ({ name, id }) => `${name}, …${id.slice(-6)}`, 'id');
}

/** Anew only those that share a name and differ in what would tell them apart. */
function renamed<L extends Named>(
  listings: readonly L[],
  nameOf: (log: FollowedLog) => string,
  by: 'url' | 'id',
): L[] {
  const values = new Map<string, Set<string>>();
  for (const { log } of listings) values.set(log.name, (values.get(log.name) ?? new Set()).add(log[by]));
  return listings.map((listed) =>
    (values.get(listed.log.name)?.size ?? 0) < 2
      ? listed
      : { ...listed, log: { ...listed.log, name: nameOf(listed.log) } },
  );
}
