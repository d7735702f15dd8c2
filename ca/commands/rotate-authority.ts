/** `sigwatch ca rotate [intermediate | timestamps]`: the next one below our own root, known to clients before it signs. */
import { existsSync } from 'node:fs';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { equal, toHex } from '#lib/encoding/bytes.ts';
import { fromPem, toPem } from '#lib/encoding/pem.ts';
import { keyFolder, keyPassphrase, readConfig, type Config } from '#lib/server/config.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { subjectKeyIdentifier } from '#lib/x509/extensions.ts';
import { nameAttribute } from '#lib/x509/name.ts';
import type { Authority } from '../keys/authority.ts';
import { generateIntermediate, generateTimestamper } from '../keys/generate.ts';
import { addGeneration, AuthorityGenerations, intermediates, timestampers } from '../keys/generations.ts';
import { publicKeyOf, sealKey } from '#lib/server/key-file.ts';
import { readAuthorityKey } from '../keys/key-file.ts';
import { lintChain } from '../keys/lint-chain.ts';
import { KeyError } from '../keys/signer.ts';
import { distrustSince } from '../trust-root/known-authorities.ts';
import { announce, refuseForeignChain } from './announce.ts';
import { runCommand } from './run.ts';

const input = z.object({
  what: z.enum(['intermediate', 'timestamps']),
  afterHours: z.number().min(0),
  dryRun: z.boolean(),
  /** The key in use is stolen; this was the last moment it surely was not. */
  compromisedSince: z.iso.datetime({ offset: true }).optional(),
});

const rotated = {
  intermediate: { generations: intermediates, make: generateIntermediate, listedAs: 'code-signing' },
  timestamps: { generations: timestampers, make: generateTimestamper, listedAs: 'timestamps' },
} as const;
type Rotated = (typeof rotated)[keyof typeof rotated];

await runCommand(input, async ({ what, afterHours, dryRun, compromisedSince }) => {
  const config = readConfig();
  const kind = rotated[what];
  if (what === 'intermediate') refuseForeignChain(config);
  const folder = join(keyFolder(config, 'ca'), 'authority');
  const now = new Date();
  const { inUse } = new AuthorityGenerations(config, folder, kind.generations).at(now);
  const rootKey = openRootKey(folder, inUse, keyPassphrase(config));
  const hours = compromisedSince === undefined ? afterHours : 0;
  const useFrom = new Date(now.getTime() + hours * 3_600_000);
  if (!dryRun) {
    await addNext(config, kind, { inUse, rootKey, useFrom, now });
    if (compromisedSince !== undefined) {
      const file = join(config.dataDir, 'trust', 'authorities.json');
      distrustSince(file, kind.listedAs, inUse.chain, new Date(compromisedSince));
    }
  }
  announce(useFrom, dryRun, compromisedSince);
  return 0;
});

function openRootKey(folder: string, { chain }: Authority, passphrase: string | undefined): KeyObject {
  const file = join(folder, 'root.key.pem');
  if (!existsSync(file)) {
    throw new KeyError(
      'unreadable',
      `The root key must sign: put root.key.pem back into ${folder} for this command.`,
    );
  }
  const key = readAuthorityKey(file, passphrase);
  const root = chain.at(-1);
  if (root !== undefined && equal(root.spki, publicKeyOf(key))) return key;
  throw new KeyError(
    'key-chain-mismatch',
    'The intermediate in use is not below our own root: ask for the next one with sigwatch ca csr.',
  );
}

interface Next {
  readonly inUse: Authority;
  readonly rootKey: KeyObject;
  readonly useFrom: Date;
  readonly now: Date;
}

async function addNext(config: Config, { generations, make }: Rotated, next: Next): Promise<void> {
  const { inUse, rootKey, useFrom, now } = next;
  const root = inUse.chain.at(-1) ?? inUse.certificate;
  const organization = nameAttribute(root.subject, 'O') ?? 'Sigwatch';
  const made = await make({ certificate: root.encoding, key: rootKey }, organization, now);
  const key = createPrivateKey(made.key);
  const certificate = readCertificate(fromPem(made.certificate)?.[0]?.bytes ?? new Uint8Array());
  const [fault] = generations === intermediates ? lintChain([certificate, root], publicKeyOf(key), now) : [];
  if (fault !== undefined) throw new KeyError('unfit-chain', `${fault.clause}: ${fault.problem}`);
  const name = toHex(subjectKeyIdentifier(certificate) ?? new Uint8Array()).slice(0, 16);
  const chain = made.certificate + toPem('CERTIFICATE', root.encoding);
  addGeneration(config, generations, { name, key: sealKey(key, keyPassphrase(config)), chain, useFrom });
}
