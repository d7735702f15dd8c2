import { expect, it } from 'vitest';
import { exact, exactNumber } from './exact-number.ts';

it('says every whole number exactly', () => {
  const values = [0n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 62n, 2n ** 63n - 1n];
  const said = values.map(exact);
  expect(said.map(BigInt)).toEqual(values);
  expect(said.slice(0, 3)).toEqual([0, Number.MAX_SAFE_INTEGER, '9007199254740992']);
  for (const one of said) expect(exactNumber.safeParse(JSON.parse(JSON.stringify(one))).data).toBe(one);
});
