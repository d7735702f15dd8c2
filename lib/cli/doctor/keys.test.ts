import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { writeKeyFile } from '../../server/key-file.ts';
import { examineKeys } from './keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-doctor-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { privateKey } = generateKeyPairSync('ed25519');
const open = readConfig({ DATA_DIR: folder });
const sealing = readConfig({ DATA_DIR: folder, KEY_PASSPHRASE: 'correct horse' });
const keyFile = (name: string): string => join(folder, 'keys', 'log', name);

it('the doctor says which keys a passphrase that is set does not seal', async () => {
  expect(await examineKeys(open)).toMatchObject([{ verdict: 'well', said: 'None are on this machine.' }]);
  writeKeyFile(keyFile('rekor-v2.pem'), privateKey, 'correct horse');
  expect(await examineKeys(sealing)).toMatchObject([
    { verdict: 'well', said: 'All 1 are sealed with a passphrase.' },
  ]);
  writeKeyFile(keyFile('ct.pem'), privateKey, undefined);
  expect(await examineKeys(open)).toMatchObject([{ verdict: 'well' }]);
  const [finding] = await examineKeys(sealing);
  expect(finding?.verdict).toBe('warning');
  expect(finding?.said).toContain(`1 of 2 are plain files: ${keyFile('ct.pem')}`);
  expect(finding?.mend).toContain('sigwatch ca reseal');
});
