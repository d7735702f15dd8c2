/** Passkeys of people: added by somebody signed in, and afterwards a way to sign in without an address. */
import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { recordAct } from '../audit.ts';
import { AccountError } from '../account-error.ts';
import { readProfile } from '../profile.ts';
import { makeSecret, spendSecret } from '../secret.ts';

type Uses = Pick<Dependencies, 'sql' | 'prisma' | 'statement' | 'passkeys'>;

const most = 20;
const clientData = z.object({ challenge: z.string().max(200) });
/** As the browser's toJSON gives it; the rest is the library's to read. */
export const passkeyResponse = z.looseObject({
  id: z.string().min(1).max(2048),
  response: z.looseObject({ clientDataJSON: z.string().max(8192) }),
});
export type PasskeyResponse = z.infer<typeof passkeyResponse>;

export async function beginAdding(deps: Uses, userId: string): Promise<object> {
  const { passkeys, addresses, logins, name } = await readProfile(deps, userId);
  if (passkeys.length >= most) throw new AccountError('too-many', `At most ${most} passkeys.`);
  const challenge = await makeSecret(deps, 'passkey-add', { userId });
  const shown = [name, addresses[0]?.address, logins[0]?.shown].find(
    (text) => text !== undefined && text !== '',
  );
  return deps.passkeys.addOptions({
    challenge,
    userId,
    name: shown ?? 'Sigwatch',
    known: passkeys.map(({ id }) => id),
  });
}

export async function finishAdding(
  deps: Uses,
  userId: string,
  name: string,
  response: PasskeyResponse,
): Promise<void> {
  const challenge = challengeOf(response);
  const begun = await spendSecret(deps, 'passkey-add', challenge, z.object({ userId: z.string() }));
  const added =
    challenge === undefined || begun?.userId !== userId
      ? undefined
      : await deps.passkeys.verifyAdded(challenge, response);
  if (added === undefined) throw new AccountError('spent', 'That passkey could not be added. Try again.');
  const { id, publicKey, counter, transports } = added;
  await deps.sql.begin(async (transaction) => {
    const kept = await transaction`
      INSERT INTO account_passkey (credential_id, user_id, public_key, counter, transports, name)
      VALUES (${id}, ${userId}, ${Buffer.from(publicKey)}, ${counter}, ${[...transports]}, ${name})
      ON CONFLICT DO NOTHING RETURNING 1`;
    if (kept.length === 0) throw new AccountError('conflict', 'That passkey is known already.');
    await recordAct(transaction, {
      teamId: null,
      actor: { kind: 'user', id: userId },
      act: 'passkey.added',
      subject: userId,
    });
  });
}

export async function beginSignIn(deps: Uses): Promise<object> {
  return deps.passkeys.signInOptions(await makeSecret(deps, 'passkey-sign-in', {}));
}

/** Whose it is. A counter that went back is a copy of the key: refused. */
export async function finishSignIn(deps: Uses, response: PasskeyResponse): Promise<string> {
  const refuse = (): never => {
    throw new AccountError('spent', 'That passkey did not sign in. Try again, or use a code.');
  };
  const challenge = challengeOf(response);
  const begun = await spendSecret(deps, 'passkey-sign-in', challenge, z.object({}));
  if (challenge === undefined || begun === undefined) return refuse();
  const row = await deps.prisma.accountPasskey.findUnique({ where: { credentialId: response.id } });
  if (row === null) return refuse();
  const { credentialId: id, userId, publicKey, counter, transports } = row;
  const stored = { id, publicKey, counter: Number(counter), transports };
  const newCounter = await deps.passkeys.verifySignIn(challenge, response, stored);
  if (newCounter === undefined) return refuse();
  const counted = await deps.sql`
    UPDATE account_passkey SET counter = ${newCounter}, used_at = now()
    WHERE credential_id = ${id} AND (counter < ${newCounter} OR (counter = 0 AND ${newCounter} = 0)) RETURNING 1`;
  return counted.length === 0 ? refuse() : userId;
}

function challengeOf({ response }: PasskeyResponse): string | undefined {
  try {
    const text = Buffer.from(response.clientDataJSON, 'base64url').toString('utf8');
    return clientData.safeParse(JSON.parse(text)).data?.challenge;
  } catch {
    return undefined;
  }
}
