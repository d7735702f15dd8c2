/** `sigwatch ca import`: the chain that another authority gave for our key; refused when any client would refuse it. */
import { existsSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { toHex } from '#lib/encoding/bytes.ts';
import { fromPem, toPem } from '#lib/encoding/pem.ts';
import { readSmallFile } from '#lib/server/small-file.ts';
import { keyPassphrase, readConfig, type Config } from '#lib/server/config.ts';
import { readCertificate, type Certificate } from '#lib/x509/certificate.ts';
import { subjectKeyIdentifier } from '#lib/x509/extensions.ts';
import { addGeneration, intermediates } from '../keys/generations.ts';
import { publicKeyOf, sealKey } from '#lib/server/key-file.ts';
import { readAuthorityKey } from '../keys/key-file.ts';
import { lintChain } from '../keys/lint-chain.ts';
import { KeyError } from '../keys/signer.ts';
import { announce, refuseForeignChain } from './announce.ts';
import { requestedKeyFile } from './requested-key.ts';
import { runCommand, say } from './run.ts';

const input = z.object({
  chainFile: z.string(),
  /** A key of one's own instead of that of `ca csr`. */
  keyFile: z.string().optional(),
  afterHours: z.number().min(0),
  dryRun: z.boolean(),
});

await runCommand(input, ({ chainFile, keyFile, afterHours, dryRun }) => {
  const config = readConfig();
  refuseForeignChain(config);
  const passphrase = keyPassphrase(config);
  const key = readAuthorityKey(keyFile ?? requestedKey(config), passphrase);
  const chain = readChain(chainFile);
  const faults = lintChain(chain, publicKeyOf(key), new Date());
  for (const { clause, problem } of faults) say(`${clause}: ${problem}`);
  if (faults.length > 0) {
    say(
      `The chain is not imported: ${faults.length} ${faults.length === 1 ? 'rule is' : 'rules are'} broken.`,
    );
    return 1;
  }
  const useFrom = new Date(Date.now() + afterHours * 3_600_000);
  if (!dryRun) {
    const [issuing] = chain;
    const name = toHex((issuing && subjectKeyIdentifier(issuing)) ?? new Uint8Array()).slice(0, 16);
    const pem = chain.map(({ encoding }) => toPem('CERTIFICATE', encoding)).join('');
    addGeneration(config, intermediates, { name, key: sealKey(key, passphrase), chain: pem, useFrom });
    if (keyFile === undefined) rmSync(requestedKey(config), { force: true });
  }
  announce(useFrom, dryRun);
  return 0;
});

function requestedKey(config: Config): string {
  const file = requestedKeyFile(config);
  if (existsSync(file)) return file;
  throw new KeyError(
    'unreadable',
    'No request is open: make one with sigwatch ca csr, or name the key with --key.',
  );
}

function readChain(file: string): Certificate[] {
  const blocks = existsSync(file) ? fromPem(readSmallFile(file).toString('utf8')) : undefined;
  if (blocks === undefined || blocks.length === 0 || blocks.some(({ label }) => label !== 'CERTIFICATE')) {
    throw new KeyError('unreadable', `${file} must hold PEM certificates and nothing else.`);
  }
  return blocks.map(({ bytes }) => readCertificate(bytes));
}
