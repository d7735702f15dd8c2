import { afterEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { runCommand } from './run.ts';

const argument = process.argv[2];
afterEach(() => {
  process.argv[2] = argument ?? '';
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

const schema = z
  .object({ roles: z.array(z.enum(['root', 'targets'])).min(1) })
  .refine(({ roles }) => roles.length < 2, { error: 'One at a time.' });

it.each([
  [['root', 'king'], 'roles "king": expected one of "root"|"targets".'],
  [['root', 'root'], 'One at a time.'],
  [undefined, 'roles missing: expected array, received undefined.'],
])('an argument that is not right is told of in one line: %j', async (roles, expected) => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  process.argv[2] = JSON.stringify({ roles });
  await runCommand(schema, () => 0);
  expect(written.mock.calls.map(([line]) => line)).toEqual([`sigwatch: ${expected}\n`]);
  expect(process.exitCode).toBe(2);
});
