/**
 * The load generator, a process of its own: argv[2] is a Load as JSON. Everything is signed first; it then says `ready`
 * on a line, waits for a line, and prints what it saw as one JSON object.
 */
import { closedLoop, openLoop, Tally, whenTold } from '../parts/load-loops.ts';
import { signSubmissions } from './submissions.ts';

export type Load =
  /** As many writes as the log takes: every connection asks again as soon as it has its answer. */
  | { kind: 'writes'; port: number; seconds: number; connections: number; signed: number }
  /** Writes that come whether the log keeps up or not; a latency counts from when its request was due. */
  | { kind: 'offered'; port: number; seconds: number; perSecond: number }
  | { kind: 'tiles'; port: number; seconds: number; connections: number; entries: number };

/** Full tiles and bundles anywhere in the log, as monitors and verifiers ask for them. */
function tileRequests(host: string, entries: number): Buffer[] {
  const full = Math.floor(entries / 256);
  return Array.from({ length: 2_000 }, () => {
    const index = String(Math.floor(Math.random() * full)).padStart(3, '0');
    const grouped = index.length > 3 ? `x${index.slice(0, -3).padStart(3, '0')}/${index.slice(-3)}` : index;
    const level = Math.random() < 0.5 ? '0' : 'entries';
    return Buffer.from(`GET /tile/${level}/${grouped} HTTP/1.1\r\nhost: ${host}\r\n\r\n`, 'latin1');
  });
}

async function run(load: Load): Promise<void> {
  const host = `localhost:${load.port}`;
  const count =
    load.kind === 'writes' ? load.signed : load.kind === 'offered' ? load.perSecond * load.seconds : 0;
  const requests =
    load.kind === 'tiles' ? tileRequests(host, load.entries) : await signSubmissions(count, host);
  const tally = new Tally(load.kind === 'tiles' ? 200 : 201);
  const loop = { port: load.port, seconds: load.seconds, tally };
  let at = 0;
  const next = (): Buffer | undefined =>
    load.kind === 'tiles' ? requests[at++ % requests.length] : requests[at++];
  await whenTold(tally, () =>
    load.kind === 'offered'
      ? openLoop(loop, load.perSecond, requests)
      : closedLoop(loop, load.connections, next),
  );
}

await run(JSON.parse(process.argv[2] ?? '') as Load);
process.exit(0);
