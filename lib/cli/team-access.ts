/** Which instance a command speaks to for a team, and with which key. The key is never an argument: those can be seen. */
import type { Config } from '../server/config.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { instanceAddress, type TeamAccess } from './instance-api.ts';
import { readText } from './read-input.ts';

export interface TeamOptions {
  readonly instance?: string;
  readonly apiKeyFile?: string;
}

export function teamAccess(
  { instance, apiKeyFile }: TeamOptions,
  config: Pick<Config, 'web' | 'apiKey'>,
): TeamAccess {
  const key = apiKeyFile === undefined ? config.apiKey : readText(apiKeyFile, 1000).trim();
  if (key === undefined || !/^\S+$/.test(key)) {
    throw new CommandError(
      exitCode.usage,
      'an API key of your team is needed: in SIGWATCH_API_KEY, or in the file that --api-key-file names',
    );
  }
  return { instance: instanceAddress(instance ?? config.web.url), key };
}
