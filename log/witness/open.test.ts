import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { logVerifier } from '#lib/note/log-verifier.ts';
import { formatVerifierKey } from '#lib/note/verifier-key.ts';
import { createLogger } from '#lib/server/logger.ts';
import { openWitnesses, type OpenedWitnesses, type WitnessedAs } from './open.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

const spkiOf = (key: { export(as: { type: 'spki'; format: 'der' }): Buffer }): Uint8Array =>
  Uint8Array.from(key.export({ type: 'spki', format: 'der' }));
const spki = spkiOf(generateKeyPairSync('ed25519').publicKey);
const ours: WitnessedAs = { origin: 'log.example', name: 'log.example', spki };
const logLine = ({ name, spki: key }: WitnessedAs): string => {
  const { keyId } = logVerifier(name, key);
  return `log ${formatVerifierKey({ name, keyId, type: 'ed25519', key: key.subarray(-32) })}`;
};

async function open(
  log: WitnessedAs,
  mode: 'async' | 'require',
  ...lines: string[]
): Promise<OpenedWitnesses> {
  const policyFile = join(folder, 'policy');
  writeFileSync(policyFile, [...lines, 'quorum none', ''].join('\n'));
  const settings = { policyFile, mode, budgetMs: 10 };
  const opened = openWitnesses(log, settings, async () => [], createLogger('log', 'silent'));
  await opened.witnessing?.close();
  return opened;
}

it('a policy without log lines is about every log of ours', async () => {
  for (const mode of ['async', 'require'] as const) {
    const { witnessing, refusal } = await open(ours, mode);
    expect(witnessing).toBeDefined();
    expect(refusal).toBeUndefined();
  }
});

it('a log that the policy does not name takes nothing where cosignatures are required', async () => {
  const other = { ...ours, name: 'other.example', origin: 'other.example' };
  const named = await open(ours, 'require', logLine(ours));
  expect(named.refusal).toBeUndefined();
  expect(named.witnessing).toBeDefined();
  const refused = await open(ours, 'require', logLine(other));
  expect(refused.refusal).toContain('its witness policy does not name it');
  expect(refused.witnessing).toBeUndefined();
  expect(await open(ours, 'async', logLine(other))).not.toHaveProperty('refusal');
});

it('Rekor v1, whose origin no verifier key can hold, takes entries without cosignatures, whatever the policy names', async () => {
  const v1 = { origin: 'log.example - 1234', name: 'log.example', spki };
  for (const lines of [[], [logLine(ours)]]) {
    const opened = await open(v1, 'require', ...lines);
    expect([opened.refusal, opened.witnessing]).toEqual([undefined, undefined]);
  }
});

it('a name with another key is another log', async () => {
  const impostor = { ...ours, spki: spkiOf(generateKeyPairSync('ed25519').publicKey) };
  expect((await open(ours, 'require', logLine(impostor))).refusal).toBeDefined();
});
