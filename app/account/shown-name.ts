/** How others read who did something: the name a person gave, else their address; with which key, where it was one. */
import { looksLikeAddress } from '#lib/identity/email-address.ts';
import type { Dependencies } from '../dependencies.ts';
import { actorOf, type Caller } from './caller.ts';
import type { Actor } from './audit.ts';

/** Names of keys are each maker's own: a team may have three that are called `ci`. */
export function withKey(person: string, key: string): string {
  return `${person} (key ${key})`;
}

export async function shownName({ sql }: Pick<Dependencies, 'sql'>, caller: Caller): Promise<string> {
  const keyId = caller.proof.kind === 'key' ? caller.proof.id : null;
  const [row] = await sql<{ name: string; address: string | null; key: string | null }[]>`
    SELECT account_user.name,
      (SELECT address FROM account_email WHERE user_id = account_user.id ORDER BY confirmed_at LIMIT 1) AS address,
      (SELECT name FROM account_api_key WHERE id = ${keyId}) AS key
    FROM account_user WHERE account_user.id = ${caller.userId}`;
  const { name = '', address = null, key = null } = row ?? {};
  // A name from before such were refused.
  const isOthersAddress = looksLikeAddress(name) && name.toLowerCase() !== address;
  const person =
    [isOthersAddress ? '' : name, address].find((text) => text !== null && text !== '') ?? 'a member';
  return key === null ? person : withKey(person, key);
}

export async function whoActs(
  deps: Pick<Dependencies, 'sql'>,
  caller: Caller,
): Promise<{ by: string; actor: Actor }> {
  return { by: await shownName(deps, caller), actor: actorOf(caller) };
}
