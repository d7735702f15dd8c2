/** The witnesses of one log, out of the operator's policy file; undefined when nobody is to be asked about this log. */
import { readFileSync } from 'node:fs';
import { parseWitnessPolicy, WitnessPolicyError, type WitnessPolicy } from '#lib/note/witness-policy.ts';
import type { WitnessesConfig } from '#lib/server/config.ts';
import { ConfigError } from '#lib/server/config-error.ts';
import type { Logger } from '#lib/server/logger.ts';
import type { SignedHead } from '../sequencer/head.ts';
import { Gatherer, type Gathered } from './gather.ts';
import { postByFetch, type ProveConsistency } from './witness-client.ts';
import { WitnessRounds } from './witnessing.ts';

export interface OpenedWitnesses {
  readonly witnessing: WitnessRounds;
  /** Throws LogStateError when this log must not go on from `head`. */
  refuseIfBehind(head: SignedHead): Promise<void>;
}

const startBudgetMs = 5_000;

export function openWitnesses(
  origin: string,
  settings: WitnessesConfig,
  prove: ProveConsistency,
  logger: Logger,
): OpenedWitnesses | undefined {
  const policy = readPolicy(settings.policyFile);
  if (!policy.logs.some(({ key }) => key.name === origin)) return undefined;
  const now = (): bigint => BigInt(Math.floor(Date.now() / 1000));
  const gatherer = new Gatherer({ policy, prove, post: postByFetch, now });
  const onRound = (round: Gathered): void => report(round, origin, logger);
  const { mode, budgetMs } = settings;
  return {
    witnessing: new WitnessRounds({ gatherer, mode, budgetMs, onRound, now: () => performance.now() }),
    refuseIfBehind: async (head) => onRound(await gatherer.refuseIfBehind(head, startBudgetMs)),
  };
}

function report({ head, cosigned, isQuorum, failures }: Gathered, origin: string, logger: Logger): void {
  const round = { log: origin, size: `${head.size}`, cosigned, isQuorum };
  logger.debug(round, 'cosignatures');
  for (const { code, message } of failures) {
    if (code === 'superseded') continue;
    // A witness that knows another tree than ours is the one thing that must never be true.
    const level = code === 'ahead' || code === 'disagrees' ? 'error' : 'warn';
    logger[level]({ ...round, code }, message);
  }
}

function readPolicy(file: string): WitnessPolicy {
  try {
    return parseWitnessPolicy(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof WitnessPolicyError ? cause.message : 'cannot be read';
    throw new ConfigError(`WITNESS_POLICY_FILE: ${file}: ${reason}.`, { cause });
  }
}
