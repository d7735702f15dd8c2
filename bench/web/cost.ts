/** What a page costs in processor time, asked for one after another; other work on the machine changes it little. */
import { treeSeconds } from '../parts/beside.ts';
import type { WebPlace } from './place.ts';

export interface PageCost {
  readonly web: number;
  readonly database: number;
}

const warmUp = 20;

export async function costOf(
  { url, pids }: WebPlace,
  pages: Readonly<Record<string, () => string>>,
  times: number,
): Promise<Record<string, PageCost>> {
  const costs: Record<string, PageCost> = {};
  for (const [page, path] of Object.entries(pages)) {
    await askFor(url, path, warmUp);
    const before = { web: treeSeconds(pids.web), database: treeSeconds(pids.database) };
    await askFor(url, path, times);
    const each = (from: number, to: number) => Math.round(((to - from) / times) * 10_000) / 10;
    costs[page] = {
      web: each(before.web, treeSeconds(pids.web)),
      database: each(before.database, treeSeconds(pids.database)),
    };
  }
  return costs;
}

async function askFor(url: string, path: () => string, times: number): Promise<void> {
  for (let at = 0; at < times; at++) {
    const answer = await fetch(url + path(), { headers: { 'accept-encoding': 'br' } });
    await answer.arrayBuffer();
  }
}
