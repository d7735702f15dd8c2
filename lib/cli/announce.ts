/** `sign --intent`: each signature announced to the own team before it is made, for a quarter of an hour. */
import { toHex } from '#lib/encoding/bytes.ts';
import type { IdToken } from '#lib/sign/id-token.ts';
import type { Config } from '../server/config.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { declareIntent, intentText, untilTime, type Declaration } from './intent.ts';
import type { SignTarget } from './sign.ts';
import { teamAccess, type TeamOptions } from './team-access.ts';

export async function announce(
  targets: readonly SignTarget[],
  token: IdToken,
  options: TeamOptions & { readonly intentFor?: string },
  config: Pick<Config, 'web' | 'apiKey'>,
): Promise<void> {
  const access = teamAccess(options, config);
  const repository = options.intentFor ?? token.source;
  if (repository === undefined) {
    throw new CommandError(exitCode.usage, 'the token does not say for which repository: give --intent-for');
  }
  const until = untilTime('15m', new Date());
  for (const target of targets) {
    const made = await declareIntent(access, { repository, until, ...whatIsLogged(target) });
    process.stderr.write(`${intentText(made)}\n`);
  }
}

/** An envelope is logged under a digest that only its signing makes. */
function whatIsLogged({ toSign, artifact }: SignTarget): Pick<Declaration, 'digest' | 'count'> {
  const sha256 = toSign.kind === 'message' ? artifact.digest('SHA-256') : undefined;
  return sha256 === undefined ? { count: 1 } : { digest: `sha256:${toHex(sha256)}` };
}
