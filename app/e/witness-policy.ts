/** Whose cosignatures a log's checkpoints need: what LOGS_FILE says of it, or for our own logs WITNESS_POLICY_FILE. */
import { readFileSync } from 'node:fs';
import { parseWitnessPolicy } from '#lib/note/witness-policy.ts';
import type { Config } from '#lib/server/config.ts';
import type { FollowedLog } from '../logs/store.ts';

/** As text; undefined where nobody is asked. */
export function witnessPolicyOf(
  log: Pick<FollowedLog, 'witnessPolicy' | 'url' | 'origin' | 'kind'>,
  { witnesses, log: own }: Pick<Config, 'witnesses' | 'log'>,
): string | undefined {
  if (log.witnessPolicy !== null) return log.witnessPolicy;
  // No witness can name a tree of Rekor v1: its origin has spaces.
  if (witnesses === undefined || log.kind !== 'rekor-v2' || !log.url.startsWith(`${own.url}/`))
    return undefined;
  const text = readFileSync(witnesses.policyFile, 'utf8');
  const { logs } = parseWitnessPolicy(text);
  return logs.length === 0 || logs.some(({ key }) => key.name === log.origin) ? text : undefined;
}
