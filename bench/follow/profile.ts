/** Where the time of the follower's main thread went (entries are read on others), by what the code is for: out of the profile that node wrote. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CpuProfile {
  readonly nodes: readonly { id: number; callFrame: { functionName: string; url: string } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The first that fits the place or name of a function says what it is for. */
const stages: readonly (readonly [stage: string, place: RegExp])[] = [
  ['idle', /^\(idle\)/],
  ['garbage', /^\(garbage/],
  ['read from the log', /undici|node:net|node:http|guarded-fetch|lib\/source|stream/],
  ['hashes and tree', /crypto\/hash|sha256|lib\/merkle|follow\/entries/],
  ['entry and certificate', /lib\/(?:rekor|x509|encoding)|from-entry|TextDecoder|decode/],
  ['names', /lib\/identity|indexed-entry/],
  ['to the threads and back', /authorities|indexing-thread|packed-batch|index-batch|chain\.ts|postMessage/],
  ['match', /workers\/match|look-alike|lib\/rules/],
  [
    'rows and database',
    /copy-rows|entry-rows|follow\/names|node_modules\/postgres|workers\/follow|writeBuffer/,
  ],
];

/** Share of each stage in percent, the largest first. */
export function profileOf(folder: string): Record<string, number> {
  const profiles = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile);
  // Threads have profiles of their own; the main one calls most.
  const [main] = profiles.toSorted((a, b) => b.nodes.length - a.nodes.length);
  if (main === undefined) return {};
  const stageOf = new Map(
    main.nodes.map(({ id, callFrame: { functionName, url } }) => {
      const place = `${functionName} ${url}`;
      return [id, stages.find(([, pattern]) => pattern.test(place))?.[0] ?? 'the rest'] as const;
    }),
  );
  const spent = new Map<string, number>();
  for (const [at, node] of main.samples.entries()) {
    const stage = stageOf.get(node) ?? 'the rest';
    spent.set(stage, (spent.get(stage) ?? 0) + (main.timeDeltas[at] ?? 0));
  }
  const whole = [...spent.values()].reduce((sum, part) => sum + part, 0);
  const shares = [...spent].map(([stage, part]) => [stage, Math.round((part / whole) * 1000) / 10] as const);
  return Object.fromEntries(shares.toSorted(([, a], [, b]) => b - a));
}
