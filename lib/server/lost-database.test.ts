import { expect, it } from 'vitest';
import { isDatabaseLost } from './lost-database.ts';

it('a write of postgres.js to a socket that is closed is a lost database, a fault of ours is not', () => {
  const error = new TypeError("Cannot read properties of null (reading 'write')");
  error.stack = `${error.message}\n    at Immediate.nextWrite (/x/node_modules/postgres/src/connection.js:255:22)`;
  expect(isDatabaseLost(error)).toBe(true);
  expect(isDatabaseLost(new Error('x', { cause: error }))).toBe(true);
  expect(isDatabaseLost(new TypeError("Cannot read properties of null (reading 'write')"))).toBe(false);
  expect(isDatabaseLost(undefined)).toBe(false);
});
