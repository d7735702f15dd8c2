/** How often a network, and everyone together, may ask for something in an hour. One IPv6 customer is one network. */
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { networkOf } from '#lib/server/client-network.ts';
import type { Dependencies } from '../dependencies.ts';
import { AccountError } from './account-error.ts';

export interface HourlyLimit {
  readonly what: string;
  readonly perNetwork: number;
  readonly everyone: number;
}

/** Others are written to. */
export const sharedAnswers: HourlyLimit = { what: 'shared answer', perNetwork: 60, everyone: 2_000 };

/** Where no mail leaves the machine there is no inbox to flood, and scripts sign in often. */
const demonstrationEase = 100;

export function clientOf(request: Request): string {
  return request.headers.get('x-sigwatch-client') ?? 'unknown';
}

/** Counts this request, and refuses it past the limit. */
export async function takeFromLimit(
  { sql, statement, config }: Pick<Dependencies, 'sql' | 'statement' | 'config'>,
  { what, perNetwork, everyone }: HourlyLimit,
  client: string,
): Promise<void> {
  const network = `${what} ${toHex(sha256(utf8(networkOf(client)))).slice(0, 32)}`;
  const all = `${what} everyone`;
  const uses = await sql.unsafe<{ key: string; used: number }[]>(statement('take-from-limit'), [
    [all, network],
  ]);
  const ease = config.demoMailbox ? demonstrationEase : 1;
  const used = (key: string) => uses.find((use) => use.key === key)?.used ?? 0;
  if (used(network) > perNetwork * ease || used(all) > everyone * ease)
    throw new AccountError('too-many', 'That was asked too often from here. Try again in an hour.');
}
