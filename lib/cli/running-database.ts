/** Where the database of this instance is: the one that was named, or the embedded one while it runs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyFolder, type Config } from '../server/config.ts';

export function runningDatabase(config: Config): string | undefined {
  return config.databaseUrl ?? embeddedUrl(config);
}

/** The port is in the file that a running server keeps (PostgreSQL documentation, postmaster.pid), line four. */
function embeddedUrl(config: Config): string | undefined {
  const running = join(config.dataDir, 'postgres', 'postmaster.pid');
  const password = join(keyFolder(config, 'database'), 'password');
  if (!existsSync(running) || !existsSync(password)) return undefined;
  const port = readFileSync(running, 'utf8').split('\n')[3]?.trim() ?? '';
  return `postgres://sigwatch:${readFileSync(password, 'utf8').trim()}@127.0.0.1:${port}/sigwatch`;
}
