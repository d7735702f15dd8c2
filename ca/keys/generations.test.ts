import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '#lib/server/config.ts';
import { addGeneration, AuthorityGenerations, intermediates } from './generations.ts';
import { ensureKeySet } from './key-set.ts';

const home = mkdtempSync(join(tmpdir(), 'sigwatch-generations-'));
const config = readConfig({ DATA_DIR: home });
const now = new Date();
let folder: string;
afterAll(() => rmSync(home, { recursive: true, force: true }));

beforeAll(async () => {
  folder = await ensureKeySet(join(home, 'keys', 'ca'), now);
  const other = await ensureKeySet(join(home, 'other'), now);
  const read = (name: string) => readFileSync(join(other, name), 'utf8');
  const [key, chain] = [read('intermediate.key.pem'), read('chain.pem')];
  addGeneration(config, intermediates, { name: 'abcdef01', key, chain, useFrom: now });
});

it('a generation whose time has come issues only once clients can learn of it, and then after a restart too', () => {
  const open = () => new AuthorityGenerations(config, folder, intermediates);
  const [running, later] = [open(), new Date(now.getTime() + 86_400_000)];
  const { inUse: first, announced } = running.at(later);
  expect(announced).toHaveLength(1);
  running.published(({ chain }) => chain === first.chain);
  expect(open().at(later).inUse.chain).toEqual(first.chain);
  running.published(({ chain }) => chain === announced[0]?.chain);
  for (const each of [running, open()]) {
    expect(each.at(later).inUse.certificate).toEqual(announced[0]?.certificate);
    expect(each.at(later).announced).toEqual([]);
    expect(each.at(new Date(now.getTime() - 1000)).inUse.chain).toEqual(first.chain);
  }
});
