/** `sigwatch ca rotate`: the next intermediate below our own root, known to clients before it issues. */
import { existsSync } from 'node:fs';
import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { equal, toHex } from '#lib/encoding/bytes.ts';
import { fromPem, toPem } from '#lib/encoding/pem.ts';
import { keyFolder, keyPassphrase, readConfig } from '#lib/server/config.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { subjectKeyIdentifier } from '#lib/x509/extensions.ts';
import { nameAttribute } from '#lib/x509/name.ts';
import { generateIntermediate } from '../keys/generate.ts';
import { addGeneration, AuthorityGenerations } from '../keys/generations.ts';
import { publicKeyOf, readKeyFile, sealKey } from '../keys/key-file.ts';
import { lintChain } from '../keys/lint-chain.ts';
import { KeyError } from '../keys/signer.ts';
import { announce, refuseForeignChain } from './announce.ts';
import { runCommand } from './run.ts';

await runCommand(z.object({ afterHours: z.number().min(0), dryRun: z.boolean() }), async (input) => {
  const config = readConfig();
  refuseForeignChain(config);
  const passphrase = keyPassphrase(config);
  const folder = join(keyFolder(config, 'ca'), 'authority');
  const rootKeyFile = join(folder, 'root.key.pem');
  if (!existsSync(rootKeyFile)) {
    throw new KeyError(
      'unreadable',
      `The root key must sign: put root.key.pem back into ${folder} for this command.`,
    );
  }
  const rootKey = readKeyFile(rootKeyFile, passphrase);
  const now = new Date();
  const root = new AuthorityGenerations(config, folder).at(now).inUse.chain.at(-1);
  if (root === undefined || !equal(root.spki, publicKeyOf(rootKey))) {
    throw new KeyError(
      'key-chain-mismatch',
      'The intermediate in use is not below our own root: ask for the next one with sigwatch ca csr.',
    );
  }
  const useFrom = new Date(now.getTime() + input.afterHours * 3_600_000);
  if (!input.dryRun) {
    const organization = nameAttribute(root.subject, 'O') ?? 'Sigwatch';
    const made = await generateIntermediate({ certificate: root.encoding, key: rootKey }, organization, now);
    const key = createPrivateKey(made.key);
    const certificate = readCertificate(fromPem(made.certificate)?.[0]?.bytes ?? new Uint8Array());
    const [fault] = lintChain([certificate, root], publicKeyOf(key), now);
    if (fault !== undefined) throw new KeyError('unfit-chain', `${fault.clause}: ${fault.problem}`);
    const name = toHex(subjectKeyIdentifier(certificate) ?? new Uint8Array()).slice(0, 16);
    const chain = made.certificate + toPem('CERTIFICATE', root.encoding);
    addGeneration(config, { name, key: sealKey(key, passphrase), chain, useFrom });
  }
  announce(useFrom, input.dryRun);
  return 0;
});
