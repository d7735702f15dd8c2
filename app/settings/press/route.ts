import { z } from 'zod';
import { parseEmailAddress } from '#lib/identity/email-address.ts';
import { endApiKey, makeApiKey } from '../../account/api-key.ts';
import { press } from '../../account/asked.ts';
import { actorOf, requireFresh, requireTeam, type Caller } from '../../account/caller.ts';
import { AccountError } from '../../account/account-error.ts';
import { nameProblem } from '../../account/given-name.ts';
import { clientOf, takeFromLimit } from '../../account/limits.ts';
import { answerFloorMs, browserCookie, codesAsked, sendSignInCode } from '../../account/login/email-code.ts';
import { beginLogin } from '../../account/login/provider-login.ts';
import { deletePerson } from '../../account/forget-person.ts';
import { removeWayIn, renameUser } from '../../account/profile.ts';
import { isAtLeast, isOfPerson, roleOfScope, scopeNames } from '../../account/roles.ts';
import { endedCookie, endOtherSessions, endSession } from '../../account/session.ts';
import { tellOfWayIn } from '../../account/way-in-notice.ts';
import { newToken } from '../../account/token.ts';
import { dependencies } from '../../dependencies.ts';
import { noSoonerThan, seeOther, withTyped } from '../../form.ts';
import { onceCookie } from '../shown-once.ts';

const chosen = z.literal('yes').optional();
const form = z.discriminatedUnion('act', [
  z.strictObject({ act: z.enum(['sign-out', 'end-others']) }),
  z.strictObject({ act: z.literal('rename'), name: z.string().max(2048) }),
  z.strictObject({ act: z.literal('end-session'), id: z.uuid() }),
  z.strictObject({ act: z.literal('add-address'), email: z.string().max(2048) }),
  z.strictObject({ act: z.literal('add-login'), provider: z.string().max(60) }),
  z.strictObject({
    act: z.literal('remove-login'),
    issuer: z.string().max(2048),
    subject: z.string().max(1024),
  }),
  z.strictObject({ act: z.literal('remove-passkey'), id: z.string().max(2048) }),
  z.strictObject({ act: z.literal('end-key'), team: z.uuid(), id: z.uuid() }),
  z.strictObject({
    act: z.literal('make-key'),
    team: z.uuid(),
    name: z.string().trim().min(1).max(2048),
    days: z.enum(['7', '90', '365']),
    ...Object.fromEntries(scopeNames.map((scope) => [scope, chosen])),
  }),
  z.strictObject({ act: z.literal('delete'), sure: z.string().max(2048) }),
]);
type Pressed = z.infer<typeof form>;

export async function POST(request: Request): Promise<Response> {
  return press(request, form, (caller, pressed) => act(request, caller, pressed));
}

async function act(request: Request, caller: Caller, pressed: Pressed): Promise<string | Response> {
  const deps = dependencies();
  const { userId, proof } = caller;
  switch (pressed.act) {
    case 'sign-out':
      await endSession(deps, userId, proof.id);
      return signedOut('/');
    case 'end-others':
      await endOtherSessions(deps, userId, proof.id);
      return '/settings';
    case 'end-session':
      if (!(await endSession(deps, userId, pressed.id)))
        throw new AccountError('not-found', 'There is no such thing.');
      return '/settings';
    case 'rename':
      if (nameProblem(pressed.name, { mayBeEmpty: true }) !== undefined)
        return withTyped('/settings', { name: pressed.name });
      await renameUser(deps, userId, pressed.name.trim());
      return '/settings';
    case 'add-address':
      return mailCode(request, caller, pressed.email);
    case 'add-login':
      requireFresh(caller, deps.now());
      return beginLogin(deps, pressed.provider, { next: '/settings', userId });
    case 'remove-login':
      requireFresh(caller, deps.now());
      await removeWayIn(deps, userId, pressed);
      await tellOfWayIn(deps, userId, 'login-gone');
      return '/settings';
    case 'remove-passkey':
      requireFresh(caller, deps.now());
      await removeWayIn(deps, userId, { passkey: pressed.id });
      await tellOfWayIn(deps, userId, 'passkey-gone');
      return '/settings';
    case 'make-key':
      return makeKey(caller, pressed);
    case 'end-key':
      await endApiKey(deps, requireTeam(caller, pressed.team, 'viewer'), pressed.id, {
        userId,
        actor: actorOf(caller),
      });
      return '/settings#keys';
    case 'delete':
      if (pressed.sure !== 'delete') return `${withTyped('/settings', { sure: pressed.sure })}#delete`;
      requireFresh(caller, deps.now());
      await deletePerson(deps, userId);
      return signedOut('/');
  }
}

function signedOut(path: string): Response {
  const answer = seeOther(path);
  answer.headers.append('set-cookie', endedCookie(dependencies().config));
  return answer;
}

/** Whether the address has an account or not, the same happens. */
async function mailCode(request: Request, caller: Caller, typed: string): Promise<Response> {
  const deps = dependencies();
  requireFresh(caller, deps.now());
  const email = parseEmailAddress(typed);
  if (email === undefined) return seeOther(`${withTyped('/settings', { address: typed })}#address`);
  await takeFromLimit(deps, codesAsked, clientOf(request));
  const { token: browser } = newToken();
  await noSoonerThan(answerFloorMs, sendSignInCode(deps, browser, email));
  const { name, attributes } = browserCookie(deps.config);
  const answer = seeOther('/settings/address');
  answer.headers.append('set-cookie', `${name}=${browser}; ${attributes}`);
  return answer;
}

async function makeKey(caller: Caller, pressed: Extract<Pressed, { act: 'make-key' }>): Promise<Response> {
  const deps = dependencies();
  requireFresh(caller, deps.now());
  const { team: teamId, name, days, ...rest } = pressed;
  const team = requireTeam(caller, teamId, 'viewer');
  const ticked: Readonly<Record<string, unknown>> = rest;
  const scopes = scopeNames.filter((scope) => ticked[scope] === 'yes');
  if (scopes.length === 0 || nameProblem(name) !== undefined)
    return seeOther(`${withTyped('/settings', { key: name, team: teamId })}#key-${teamId}`);
  if (!scopes.every((scope) => isAtLeast(team.role, roleOfScope(scope))))
    throw new AccountError('forbidden', 'A key cannot do more than its maker.');
  if (!team.isPersonal && scopes.some(isOfPerson))
    throw new AccountError('forbidden', 'What is yours alone takes a key of your own team.');
  const key = await makeApiKey(
    deps,
    { teamId, userId: caller.userId, name, scopes, days: Number(days) },
    actorOf(caller),
  );
  const answer = seeOther('/settings/key');
  answer.headers.append('set-cookie', onceCookie(deps.config, key));
  return answer;
}
