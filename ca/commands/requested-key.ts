import { join } from 'node:path';
import { keyFolder, type Config } from '#lib/server/config.ts';

/** The key that waits for its certificate, between `ca csr` and `ca import`. */
export function requestedKeyFile(config: Config): string {
  return join(keyFolder(config, 'ca'), 'requested', 'intermediate.key.pem');
}
