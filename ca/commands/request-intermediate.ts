/** `sigwatch ca csr`: a key for an intermediate, and the request by which the company's own authority signs it. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { keyPassphrase, readConfig } from '#lib/server/config.ts';
import { generateRequest } from '../keys/generate.ts';
import { writeKeyFile } from '#lib/server/key-file.ts';
import { readAuthorityKey } from '../keys/key-file.ts';
import { requestedKeyFile } from './requested-key.ts';
import { runCommand } from './run.ts';

await runCommand(z.object({ name: z.string().min(3) }), async ({ name }) => {
  const config = readConfig();
  const passphrase = keyPassphrase(config);
  const file = requestedKeyFile(config);
  if (!existsSync(file)) {
    writeKeyFile(file, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, passphrase);
  }
  // The same key each time: a request that was sent twice gets answers that both fit.
  process.stdout.write(await generateRequest(readAuthorityKey(file, passphrase), name));
  process.stderr.write(
    `The key stays in ${file}. Have the request signed as an authority for code signing (extended key usage, not\n` +
      'critical; path length 0), then: sigwatch ca import chain.pem\n',
  );
  return 0;
});
