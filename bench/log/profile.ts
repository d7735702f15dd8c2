/** Where the log's processor time went: the V8 profiles of its threads (--cpu-prof), each sample given to what it served. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Asked from the innermost frame outwards; the first that fits counts. */
const purposes: readonly (readonly [string, RegExp])[] = [
  ['verify', /lib\/crypto\/|verifyDigest|ecdsa/],
  ['read request', /rekor\/request|zod\/|lib\/x509\/|lib\/encoding\/strict-json|rekor\/accept|der-reader/],
  ['SQL', /node_modules\/postgres\/|sequencer\/commit/],
  ['files and fsync', /storage\/|sequencer\/(stage|publish|settle)/],
  ['hash and prove', /lib\/merkle\/|sequencer\/sequence\.ts|note\//],
  ['answer', /rekor\/respond/],
  ['log lines', /pino|sonic-boom|thread-stream|lib\/server\/logger/],
  ['threads', /accept\/|worker_threads|internal\/worker/],
  ['loading the program', /node:internal\/modules|node_modules\/(tsx|esbuild)\/|cjs-module-lexer/],
  ['HTTP', /node:_http|node:net|http\/server|internal\/stream|node:internal\/(streams|timers)|node:events/],
];

/** Seconds by purpose, largest first; idle time left out. */
export function readProfiles(folder: string): Record<string, number> {
  const seconds = new Map<string, number>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
    addProfile(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile, seconds);
  }
  const sorted = [...seconds].sort(([, a], [, b]) => b - a);
  return Object.fromEntries(sorted.map(([purpose, spent]) => [purpose, Number(spent.toFixed(2))]));
}

function addProfile({ nodes, samples, timeDeltas }: Profile, seconds: Map<string, number>): void {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  const known = new Map<number, string>();
  for (const [at, id] of samples.entries()) {
    const purpose = known.get(id) ?? purposeOf(id, byId, parents);
    known.set(id, purpose);
    if (purpose === '(idle)') continue;
    seconds.set(purpose, (seconds.get(purpose) ?? 0) + (timeDeltas[at] ?? 0) / 1e6);
  }
}

function purposeOf(
  id: number,
  byId: ReadonlyMap<number, ProfileNode>,
  parents: ReadonlyMap<number, number>,
): string {
  const own = byId.get(id)?.callFrame.functionName ?? '';
  if (own === '(idle)' || own === '(garbage collector)' || own === '(program)') return own;
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    const frame = byId.get(at)?.callFrame;
    const place = `${frame?.url ?? ''} ${frame?.functionName ?? ''}`;
    const found = purposes.find(([, form]) => form.test(place));
    if (found !== undefined) return found[0];
  }
  return 'other';
}
