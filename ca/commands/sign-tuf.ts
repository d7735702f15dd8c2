/** `sigwatch trust sign`: adds the signature of an offline key to a request; needs neither a database nor the service. */
import { z } from 'zod';
import { keyPassphrase, readConfig } from '#lib/server/config.ts';
import { RoleKeyFolder } from '../trust-root/tuf/role-keys.ts';
import { readStaged, signStaged, writeStaged } from '../trust-root/tuf/staged.ts';
import { TufError } from '../trust-root/tuf/tuf-error.ts';
import { runCommand, say } from './run.ts';

await runCommand(z.object({ requestFile: z.string(), keyFile: z.string() }), ({ requestFile, keyFile }) => {
  const key = RoleKeyFolder.openFile(keyFile, keyPassphrase(readConfig()));
  if (key?.role !== 'root' && key?.role !== 'targets') {
    throw new TufError(
      'key-missing',
      `${keyFile} must be called root-... or targets-... and .key.pem, as it was made.`,
    );
  }
  const staged = readStaged(requestFile);
  const file = staged[key.role];
  if (file === undefined)
    throw new TufError('key-missing', `${requestFile} asks the ${key.role} key for nothing.`);
  const { signed } = file.metadata;
  say(`Signed: ${key.role} version ${signed.version}, which holds until ${signed.expires}.`);
  for (const [name, { hashes }] of Object.entries(staged.targets?.metadata.signed.targets ?? {})) {
    if (key.role === 'targets') say(`  ${name} sha256 ${hashes['sha256'] ?? ''}`);
  }
  writeStaged(requestFile, signStaged(staged, key));
  say(`Bring ${requestFile} back: sigwatch trust apply.`);
  return 0;
});
