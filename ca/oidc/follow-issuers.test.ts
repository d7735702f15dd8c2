import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createLogger } from '#lib/server/logger.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { followIssuers } from './follow-issuers.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-follow-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a file that is being written, and empty meanwhile, drops nobody', async () => {
  const file = join(folder, 'issuers.yaml');
  writeFileSync(file, `oidc-issuers: { 'https://a.example': { client-id: x, type: email } }`);
  const followed = followIssuers({ caUrl: 'http://localhost:1', file, logger: createLogger('ca', 'silent') });
  writeFileSync(file, '\n');
  await eventually(() => expect(followed.problem()).toContain('is empty'));
  expect(followed.issuers.find('https://a.example')).toHaveLength(1);
  writeFileSync(file, '{}');
  await eventually(() => expect(followed.problem()).toBeUndefined());
  expect(followed.issuers.find('https://a.example')).toEqual([]);
  followed.stop();
});
