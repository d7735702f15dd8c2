/** How others read who did something: the name a person gave, else their address; a key by its name. */
import { looksLikeAddress } from '#lib/identity/email-address.ts';
import type { Dependencies } from '../dependencies.ts';
import { actorOf, type Caller } from './caller.ts';
import type { Actor } from './audit.ts';

export async function shownName({ sql }: Pick<Dependencies, 'sql'>, caller: Caller): Promise<string> {
  if (caller.proof.kind === 'key') {
    const [key] = await sql<
      { name: string }[]
    >`SELECT name FROM account_api_key WHERE id = ${caller.proof.id}`;
    return `the key ${key?.name ?? ''}`.trim();
  }
  const [person] = await sql<{ name: string; address: string | null }[]>`
    SELECT account_user.name, (
      SELECT address FROM account_email WHERE user_id = account_user.id ORDER BY confirmed_at LIMIT 1) AS address
    FROM account_user WHERE account_user.id = ${caller.userId}`;
  const { name = '', address = null } = person ?? {};
  // A name from before such were refused.
  const isOthersAddress = looksLikeAddress(name) && name.toLowerCase() !== address;
  return [isOthersAddress ? '' : name, address].find((text) => text !== null && text !== '') ?? 'a member';
}

export async function whoActs(
  deps: Pick<Dependencies, 'sql'>,
  caller: Caller,
): Promise<{ by: string; actor: Actor }> {
  return { by: await shownName(deps, caller), actor: actorOf(caller) };
}
