import { expect, it } from 'vitest';
import { paceHeaders, SharedPace, type TakeLot } from './shared-pace.ts';

/** As prisma/sql/take-pace.sql counts, for any number of processes. */
function counter(clock: { now: number }): { takeLot: TakeLot; asked: string[] } {
  const used = new Map<string, number>();
  const asked: string[] = [];
  const takeLot: TakeLot = async (key, amount) => {
    const minute = Math.floor(clock.now / 60_000);
    const id = `${key} ${minute}`;
    asked.push(key);
    await Promise.resolve();
    used.set(id, (used.get(id) ?? 0) + amount);
    return { used: used.get(id) ?? 0, seconds: ((minute + 1) * 60_000 - clock.now) / 1000 };
  };
  return { takeLot, asked };
}

async function allowedOf(pace: SharedPace, network: string, times: number): Promise<number> {
  const all = await Promise.all(Array.from({ length: times }, () => pace.take(network)));
  return all.filter(({ allowed }) => allowed).length;
}

it('several processes share one quota, and an address that asks one of them has it all', async () => {
  const clock = { now: 0 };
  const { takeLot } = counter(clock);
  const pace = { name: 'x', perAddress: 500, everyone: 100_000 };
  const one = new SharedPace(pace, takeLot, () => clock.now);
  const others = [0, 1].map(() => new SharedPace(pace, takeLot, () => clock.now));
  const counts = await Promise.all([one, ...others].map((process) => allowedOf(process, '192.0.2.1', 400)));
  const sum = counts.reduce((all, count) => all + count, 0);
  expect(sum).toBeLessThanOrEqual(500);
  expect(sum).toBeGreaterThan(470);
  expect(await allowedOf(one, '192.0.2.1', 50)).toBe(0);
  expect(await allowedOf(one, '192.0.2.2', 600)).toBe(500);
  clock.now = 60_000;
  expect(await allowedOf(one, '192.0.2.1', 600)).toBe(500);
});

it('everyone together has a quota too, whatever the number of addresses', async () => {
  const clock = { now: 0 };
  const { takeLot } = counter(clock);
  const pace = new SharedPace({ name: 'x', perAddress: 10, everyone: 100 }, takeLot, () => clock.now);
  let allowed = 0;
  for (let at = 0; at < 40; at++) allowed += await allowedOf(pace, `192.0.2.${at}`, 5);
  expect(allowed).toBe(100);
});

it('asks the database once a lot, and no more once all is used; addresses are kept as hashes', async () => {
  const clock = { now: 0 };
  const { takeLot, asked } = counter(clock);
  const pace = new SharedPace({ name: 'x', perAddress: 100, everyone: 100_000 }, takeLot, () => clock.now);
  await allowedOf(pace, '192.0.2.1', 1000);
  expect(asked.length).toBeLessThanOrEqual(52);
  expect(asked.join(' ')).not.toContain('192.0.2.1');
});

it('says what is left, and counts again after a count that failed', async () => {
  const clock = { now: 15_000 };
  const { takeLot } = counter(clock);
  const pace = { name: 'x', perAddress: 5, everyone: 100 };
  let fails = true;
  const failing: TakeLot = (key, amount) =>
    fails ? Promise.reject(new Error('down')) : takeLot(key, amount);
  const shared = new SharedPace(pace, failing, () => clock.now);
  await expect(shared.take('a')).rejects.toThrow('down');
  fails = false;
  expect(paceHeaders(pace, await shared.take('a'))).toEqual({
    'ratelimit-policy': '"address";q=5;w=60',
    ratelimit: '"address";r=4;t=45',
  });
});

it('tells one count whichever process is asked, and no number twice', async () => {
  const clock = { now: 0 };
  const { takeLot, asked } = counter(clock);
  const pace = { name: 'x', perAddress: 300, everyone: 100_000, isTold: true };
  const one = new SharedPace(pace, takeLot, () => clock.now);
  const other = new SharedPace(pace, takeLot, () => clock.now);
  const inTurn = (at: number) => (at % 2 === 0 ? one : other).take('a');
  const told: number[] = [];
  for (let at = 0; at < 50; at++) told.push((await inTurn(at)).left);
  expect(told).toEqual(Array.from({ length: 50 }, (_, at) => 299 - at));
  const together = await Promise.all(Array.from({ length: 300 }, (_, at) => inTurn(at)));
  const allowed = together.filter((allowance) => allowance.allowed);
  expect(new Set(allowed.map(({ left }) => left)).size).toBe(250);
  expect(allowed).toHaveLength(250);
  expect((await one.take('a')).allowed).toBe(false);
  const before = asked.length;
  expect((await one.take('a')).allowed).toBe(false);
  expect(asked.length).toBe(before);
});

it('those that wait for a count that fails are told so, and the next is counted', async () => {
  const clock = { now: 0 };
  const { takeLot } = counter(clock);
  let fails = true;
  const failing: TakeLot = (key, amount) =>
    fails ? Promise.reject(new Error('down')) : takeLot(key, amount);
  const pace = { name: 'x', perAddress: 300, everyone: 100_000, isTold: true };
  const shared = new SharedPace(pace, failing, () => clock.now);
  const all = await Promise.allSettled([shared.take('a'), shared.take('a')]);
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  expect(await shared.take('a')).toMatchObject({ allowed: true, left: 299 });
});
