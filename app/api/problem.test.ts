import { expect, it } from 'vitest';
import { pageLimit } from './page-cursor.ts';
import { readQuery } from './problem.ts';
import { z } from 'zod';

it('names the parameter, and says in words what is wrong with it', async () => {
  const schema = z.strictObject({ limit: pageLimit(100) });
  const read = readQuery(new Request('http://localhost/?limit=abc'), schema);
  expect('problem' in read && (await read.problem.text())).toContain('limit: not a number');
});
