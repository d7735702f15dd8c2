/**
 * Whether anybody can tell who has an account or watches something: requests about known and unknown addresses, tokens and
 * watches in random order, each known address once; the answers compared byte for byte, the times by the area under the
 * ROC curve: 0.5 is a coin. `--probes N` of each kind. Addresses of the askers are made up through a proxy, so that limits
 * hide nothing.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { hardware, loadAverage } from './parts/place.ts';
import { startWebPlace, type WebPlace } from './web/place.ts';

const { values: given } = parseArgs({
  options: { probes: { type: 'string', default: '1000' }, atOnce: { type: 'string', default: '6' } },
});
const [probes, atOnce] = [Number(given.probes), Number(given.atOnce)];

interface Probe {
  readonly known: boolean;
  readonly ask: () => Promise<Response>;
}

interface Timed {
  readonly known: boolean;
  readonly ms: number;
  readonly said: string;
}

const address = (at: number, known: boolean) => `${known ? 'known' : 'other'}${at}@example.com`;
const token = () => randomBytes(32).toString('base64url');

/** People with an account each, and a watch, its feed and its settings. */
async function settle({ sql }: WebPlace, people: number): Promise<{ tokens: string[]; watches: string[] }> {
  const tokens: string[] = [];
  const watches: string[] = [];
  for (let at = 0; at < people; at++) {
    const [user, team, watch, feed] = [randomUUID(), randomUUID(), randomUUID(), token()];
    tokens.push(feed);
    watches.push(watch);
    const email = address(at, true);
    await sql.begin(async (transaction) => {
      await transaction`INSERT INTO account_user (id) VALUES (${user})`;
      await transaction`INSERT INTO account_team (id, name, personal_of) VALUES (${team}, 'Personal', ${user})`;
      await transaction`INSERT INTO account_member (team_id, user_id, role) VALUES (${team}, ${user}, 'owner')`;
      await transaction`INSERT INTO account_email (address, user_id) VALUES (${email}, ${user})`;
      await transaction`
        INSERT INTO account_watch (id, kind, shown, value, email, mailbox, state, token_hash, stop_token, expires_at,
          team_id, confirmed_at, created_at)
        VALUES (${watch}, 'email', ${email}, ${email}, ${email}, ${email}, 'confirmed', ${randomBytes(32)}, ${token()},
          now(), ${team}, now(), now() - interval '9 days')`;
      await transaction`
        INSERT INTO account_feed (watch_id, token, token_hash)
        VALUES (${watch}, 'sealed:x', ${createHash('sha256').update(feed).digest()})`;
    });
  }
  return { tokens, watches };
}

function client(): Record<string, string> {
  const [a, b, c] = randomBytes(3);
  return { 'x-forwarded-for': `10.${a}.${b}.${c}` };
}

function kinds(url: string, { tokens, watches }: { tokens: string[]; watches: string[] }) {
  const form = (path: string, fields: Record<string, string>) => () =>
    fetch(url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: client(),
      body: new URLSearchParams(fields),
    });
  const get = (path: string) => () => fetch(url + path, { redirect: 'manual', headers: client() });
  return {
    watch: (at: number, known: boolean) =>
      form('/watch', { identity: address(at, known), email: address(at, known) }),
    watchApi: (at: number, known: boolean) => () =>
      fetch(`${url}/api/v1/watches`, {
        method: 'POST',
        headers: { ...client(), 'content-type': 'application/json' },
        body: JSON.stringify({ identity: address(at, known), email: address(at, known) }),
      }),
    code: (at: number, known: boolean) =>
      form('/sign-in', { act: 'address', email: address(at, known), next: '/' }),
    // A real token whose last letters are wrong, against one that is wrong from its first.
    feed: (at: number, known: boolean) =>
      get(`/watch/feed?token=${known ? `${tokens[at]?.slice(0, 40)}xxx` : token()}`),
    settings: (at: number, known: boolean) =>
      get(`/watch/settings?watch=${known ? watches[at] : randomUUID()}`),
  };
}

/** What an answer says, without what is of this very request. */
async function saidBy(answer: Response): Promise<string> {
  const headers = [...answer.headers]
    // The text is compared as it is; how well it compresses depends on the id that was asked for.
    .filter(([name]) => !['date', 'x-request-id', 'ratelimit', 'content-length'].includes(name))
    .map(([name, value]) => `${name}: ${value}`);
  const text = `${answer.status}\n${headers.join('\n')}\n${await answer.text()}`;
  return text
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/[A-Za-z0-9_-]{43}/g, 'TOKEN')
    .replaceAll(/(?:known|other)\d+/g, 'WHO');
}

async function timed({ known, ask }: Probe): Promise<Timed> {
  const started = performance.now();
  const answer = await ask();
  const ms = performance.now() - started;
  return { known, ms, said: await saidBy(answer) };
}

async function measure(made: readonly Probe[]): Promise<Timed[]> {
  const waiting = made
    .map((probe) => ({ probe, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ probe }) => probe);
  const all: Timed[] = [];
  const work = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) all.push(await timed(next));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return all;
}

/** How often a known one took longer than an unknown one, ties half; away from 0.5 in either direction tells. */
function areaUnderCurve(all: readonly Timed[]): number {
  const known = all.filter((one) => one.known);
  const unknown = all.filter((one) => !one.known);
  let longer = 0;
  for (const one of known)
    for (const other of unknown) longer += one.ms > other.ms ? 1 : one.ms === other.ms ? 0.5 : 0;
  const area = longer / (known.length * unknown.length);
  return Number(Math.max(area, 1 - area).toFixed(3));
}

const median = (all: readonly Timed[]) =>
  Number((all.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN).toFixed(1));

const place = await startWebPlace(1000, { env: { PROXY_HOPS: '1' } });
try {
  const settled = await settle(place, Math.ceil(probes / 2));
  const before = loadAverage();
  const figures: Record<string, object> = {};
  let errors = 0;
  for (const [name, make] of Object.entries(kinds(place.url, settled))) {
    const made = Array.from({ length: probes }, (_, at) => {
      const known = at % 2 === 0;
      return { known, ask: make(Math.floor(at / 2), known) };
    });
    const all = await measure(made);
    const different = new Set(all.map(({ said }) => said)).size;
    if (different > 1) errors++;
    const of = (known: boolean) => median(all.filter((one) => one.known === known));
    figures[name] = { timingAuc: areaUnderCurve(all), knownMs: of(true), unknownMs: of(false), different };
  }
  const settings = { probes, atOnce, loadAverage: `${before} -> ${loadAverage()}` };
  process.stdout.write(`${JSON.stringify({ bench: 'enumeration', hardware, settings, figures, errors })}\n`);
} finally {
  await place.close();
}
