// Pages are made by several processes: one that dies takes only its own requests with it, and none outlives the first.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { startWeb } from './web.ts';

const { url } = await freshDatabase();
const web = await startWeb(url, { WEB_PROCESSES: '2' });

const processes = (): number[] =>
  readFileSync(`/proc/${web.pid}/task/${web.pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number)
    .filter(isNode);

function isNode(pid: number): boolean {
  try {
    return pid > 0 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('app/open.ts');
  } catch {
    return false;
  }
}

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

const ask = async (): Promise<number> =>
  (await fetch(`${web.url}/about`, { headers: { connection: 'close' } })).status;

it('what is left of the minute is one count, whichever process is asked', async () => {
  const asked = async () => {
    const { headers } = await fetch(`${web.url}/api/v1/logs`, { headers: { connection: 'close' } });
    const [, left = '', seconds = ''] = /r=(\d+);t=(\d+)/.exec(headers.get('ratelimit') ?? '') ?? [];
    return { left: Number(left), seconds: Number(seconds) };
  };
  const told: { left: number; seconds: number }[] = [];
  for (let at = 0; at < 40; at++) told.push(await asked());
  const steps = told.slice(1).map((one, at) => {
    const before = told[at] ?? one;
    // The minute may end in between: what is left then begins anew.
    return one.seconds > before.seconds ? 1 : before.left - one.left;
  });
  expect(steps).toEqual(steps.map(() => 1));
});

it.skipIf(process.platform !== 'linux')(
  'one that is killed is replaced while the others answer, and all end with the first',
  async () => {
    const [first = 0, second = 0] = processes();
    expect([first, second].filter(isThere)).toHaveLength(2);
    process.kill(first, 'SIGKILL');
    for (let asked = 0; asked < 20; asked++) expect(await ask()).toBe(200);
    const now = await eventually(() => {
      const those = processes();
      expect(those).toHaveLength(2);
      expect(those).not.toContain(first);
      return those;
    }, 30_000);
    expect(now).toContain(second);
    // kill -9, as nothing then closes anything in order.
    process.kill(web.pid, 'SIGKILL');
    await eventually(() => expect(now.filter(isThere)).toEqual([]), 30_000);
    await expect(ask()).rejects.toThrow();
  },
);
