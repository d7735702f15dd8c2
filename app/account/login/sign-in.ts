/** The last step of every way to sign in: a session of a new secret, in place of the one this browser may have had. */
import type { Transaction } from '#lib/server/database.ts';
import { dependencies } from '../../dependencies.ts';
import { readCaller } from '../caller.ts';
import { endSession, openSession } from '../session.ts';

export interface SignedIn {
  /** code, passkey, or the name of a provider. */
  readonly method: string;
  /** Finds or makes the person, in the transaction that opens the session. */
  readonly person: (transaction: Transaction) => Promise<string>;
}

/** Returns the value of Set-Cookie. */
export async function signIn(request: Request, { method, person }: SignedIn): Promise<string> {
  const deps = dependencies();
  const before = await readCaller(deps, request.headers, 'page');
  const agent = request.headers.get('user-agent') ?? 'unknown';
  const cookie = await deps.sql.begin(async (transaction) =>
    openSession(transaction, deps.config, { userId: await person(transaction), method, agent }),
  );
  if (before?.proof.kind === 'session') await endSession(deps, before.userId, before.proof.id);
  return cookie;
}
