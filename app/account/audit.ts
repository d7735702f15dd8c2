/**
 * Who did what, for ever: the database refuses to change a row (trigger account_audit_stands). Rows hold ids and no
 * names, so that a deleted person leaves a record that is true and nameless. What `signedActs` lists is also signed into
 * our own log (audit-log.ts).
 */
import type { Sql, Transaction } from '#lib/server/database.ts';

/** Every act there is, with the words for it. Add yours here. */
export const acts = {
  'session.opened': 'signed in',
  'session.ended': 'ended a session',
  'user.created': 'made an account',
  'user.deleted': 'deleted an account',
  'user.renamed': 'changed a name',
  'email.added': 'confirmed an address',
  'login.added': 'added a login',
  'login.removed': 'removed a login',
  'passkey.added': 'added a passkey',
  'passkey.removed': 'removed a passkey',
  'key.made': 'made an API key',
  'key.ended': 'ended an API key',
  'team.made': 'made the team',
  'team.renamed': 'renamed the team',
  'team.deleted': 'deleted the team',
  'member.invited': 'invited someone',
  'member.joined': 'joined',
  'member.changed': 'changed a role',
  'member.left': 'left or was removed',
  'invitation.ended': 'took an invitation back',
  'watch.adopted': 'took over a watch made before the account',
  'watch.added': 'added a watch',
  'watch.changed': 'changed a watch',
  'watch.stopped': 'stopped a watch',
  'watch.resumed': 'took the stop of a watch back',
  'rule.accepted': 'said what is expected',
  'rule.ended': 'no longer expects it',
  'channel.added': 'added a channel',
  'channel.changed': 'changed a channel',
  'channel.ended': 'removed a channel',
  'alert.answered': 'answered an alert',
  'response.noted': 'noted a step of a response',
  'intent.made': 'announced a signature',
  'intent.ended': 'took an announcement back',
  'ownership.asked': 'began to prove ownership',
  'ownership.proven': 'proved ownership',
  'ownership.contested': 'another repository signed under a proven name',
  'ownership.rival': 'another team proved a proven name under other numbers',
  'ownership.failing': 'a proof of ownership no longer holds',
  'ownership.ended': 'ownership ended',
  'answer.shared': 'answered for everybody who watches the name',
  'answer.withdrawn': 'took back what was answered for everybody',
  'answer.received': 'got an answer by whoever proved to own the name',
  'search.left': 'took an address out of the search',
  'search.returned': 'let the search list an address again',
  'freeze.set': 'froze issuance',
  'freeze.lifted': 'lifted a freeze',
  'freeze.received': 'got the freeze of a team that is gone',
} as const;
export type Act = keyof typeof acts;

export const signedActs: readonly Act[] = [
  'ownership.proven',
  'ownership.ended',
  'answer.shared',
  'answer.withdrawn',
  'search.left',
  'search.returned',
  'rule.accepted',
  'rule.ended',
  'freeze.set',
  'freeze.lifted',
];

/** `mail`: whoever holds a secret link; `system`: nobody, it came to be. */
export type Actor =
  { readonly kind: 'user' | 'key'; readonly id: string } | { readonly kind: 'mail' | 'system' };

export interface AuditAct {
  /** Null for what concerns a person alone. */
  readonly teamId: string | null;
  readonly actor: Actor;
  readonly act: Act;
  /** Id of what it was done to. */
  readonly subject: string;
  /** No names, no addresses. */
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
}

/** In the transaction of the act itself: neither is there without the other. */
export async function recordAct(
  sql: Sql | Transaction,
  { teamId, actor, act, subject, detail = {} }: AuditAct,
): Promise<void> {
  await sql`
    INSERT INTO account_audit (team_id, actor_kind, actor_id, act, subject_id, detail)
    VALUES (${teamId}, ${actor.kind}, ${'id' in actor ? actor.id : null}, ${act}, ${subject}, ${sql.json(detail)})`;
}
