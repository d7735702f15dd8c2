/**
 * What a reader waits for: the first byte of public pages while fifty are asked for in a second, the JavaScript each page
 * brings compressed, the processor time each page costs one after another, and what a trace of a real Chromium tells of four
 * pages on a slow telephone. Questions leave on time whether or not the answers before them came. `--rate N` a second,
 * `--seconds N`, `--entries N` in the database, `--each N` of a page for its cost,
 * `--keep FOLDER` whose entries are made once, `--profile FOLDER` for a profile of the web process.
 */
import { parseArgs } from 'node:util';
import { repositoryOf, seededRandom } from './follow/population.ts';
import { hardware, loadAverage } from './parts/place.ts';
import { logId } from './search/seed.ts';
import { measureInBrowser } from './web/browser-measures.ts';
import { costOf } from './web/cost.ts';
import { pageWeight } from './web/page-weight.ts';
import { startWebPlace } from './web/place.ts';

const { values: given } = parseArgs({
  options: {
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '20' },
    entries: { type: 'string', default: '200000' },
    each: { type: 'string', default: '100' },
    keep: { type: 'string' },
    profile: { type: 'string' },
  },
});
const [rate, seconds, entries] = [Number(given.rate), Number(given.seconds), Number(given.entries)];
const random = seededRandom(11);
const of = (rank: number) => `/i/${encodeURIComponent(`github.com/${repositoryOf(Math.floor(rank))}`)}`;
const name = () => of(random() * 2000);
const pages: Record<string, () => string> = {
  home: () => '/',
  result: name,
  busy: () => of(random() * 20),
  entry: () => `/e/${logId}/${Math.floor(random() * entries)}`,
  nobody: () => `/i/nobody${Math.floor(random() * 1e6)}@example.com`,
  artifact: () => `/d/${'ab'.repeat(32)}`,
  logs: () => '/logs',
  about: () => '/about',
  sign: () => '/sign',
  verify: () => '/verify',
  api: () => '/api',
};

interface Answer {
  readonly page: string;
  readonly ms: number;
  readonly failed: boolean;
}

async function ask(url: string, page: string): Promise<Answer> {
  const started = performance.now();
  try {
    const answer = await fetch(url + (pages[page]?.() ?? '/'), { headers: { 'accept-encoding': 'br' } });
    const ms = performance.now() - started;
    await answer.arrayBuffer();
    return { page, ms, failed: answer.status !== 200 };
  } catch {
    return { page, ms: performance.now() - started, failed: true };
  }
}

async function load(url: string, forSeconds: number): Promise<Answer[]> {
  const names = Object.keys(pages);
  const asked: Promise<Answer>[] = [];
  const started = performance.now();
  for (let at = 0; at < rate * forSeconds; at++) {
    const due = started + (at * 1000) / rate;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((passed) => setTimeout(passed, wait));
    asked.push(ask(url, names[at % names.length] ?? 'home'));
  }
  return Promise.all(asked);
}

function share(answers: readonly Answer[], part: number): number {
  const all = answers.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return Number((all[Math.floor((all.length - 1) * part)] ?? Number.NaN).toFixed(1));
}

const place = await startWebPlace(entries, { keep: given.keep, profile: given.profile });
try {
  await load(place.url, 3);
  const before = loadAverage();
  const answers = await load(place.url, seconds);
  const answersOf = (page: string) => answers.filter((answer) => answer.page === page);
  const cost = await costOf(place, pages, Number(given.each));
  const weights = await Promise.all(
    Object.entries(pages).map(async ([page, path]) => [page, await pageWeight(place.url, path())] as const),
  );
  const figures = {
    ttfbP95Ms: share(answers, 0.95),
    ttfbP50Ms: share(answers, 0.5),
    ttfbP95MsOf: Object.fromEntries(Object.keys(pages).map((page) => [page, share(answersOf(page), 0.95)])),
    cpuMsOf: cost,
    jsKb: Math.max(...weights.map(([, { jsKb }]) => jsKb)),
    kbOf: Object.fromEntries(weights),
    browser: await measureInBrowser(place.url, {
      home: '/',
      result: of(3),
      entry: `/e/${logId}/${entries - 1}`,
      logs: '/logs',
    }),
  };
  const settings = { rate, seconds, entries, loadAverage: `${before} -> ${loadAverage()}` };
  const errors = answers.filter(({ failed }) => failed).length;
  process.stdout.write(`${JSON.stringify({ bench: 'web', hardware, settings, figures, errors })}\n`);
} finally {
  await place.close();
}
