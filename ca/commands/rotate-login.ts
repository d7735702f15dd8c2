/** `sigwatch ca rotate login`: the next key of the embedded OpenID issuer. */
import { z } from 'zod';
import { keyFolder, keyPassphrase, readConfig } from '#lib/server/config.ts';
import { SigningKeys } from '../oidc/provider/signing-keys.ts';
import { runCommand, say } from './run.ts';

await runCommand(z.object({ compromised: z.boolean(), dryRun: z.boolean() }), ({ compromised, dryRun }) => {
  const config = readConfig();
  if (dryRun) say('Nothing is changed: this was a dry run. It would do this:');
  else new SigningKeys(keyFolder(config, 'ca'), keyPassphrase(config)).rotate(compromised);
  say('- within seconds the issuer signs ID tokens with a new key, and publishes it');
  say(
    compromised
      ? '- what the keys before it signed is believed no more; who is signing in just now has to do it again'
      : '- the key before it stays published for a day, for tokens that are under way; then its file is removed',
  );
  return 0;
});
