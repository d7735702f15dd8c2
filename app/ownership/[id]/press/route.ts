import { z } from 'zod';
import { press } from '../../../account/asked.ts';
import { actorOf, type Caller } from '../../../account/caller.ts';
import { AccountError } from '../../../account/account-error.ts';
import { clientOf, takeFromLimit, type HourlyLimit } from '../../../account/limits.ts';
import { teamOwnership } from '../../../account/ownership/asked.ts';
import { beginProof } from '../../../account/ownership/app-login.ts';
import { check, methodsOf } from '../../../account/ownership/check.ts';
import { leaveSearch, returnToSearch } from '../../../account/ownership/unlisting.ts';
import { endOwnership, methods, recordMiss, recordProof } from '../../../account/ownership/store.ts';
import { dependencies } from '../../../dependencies.ts';

const form = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('check'), method: z.enum(methods) }),
  z.strictObject({ act: z.literal('app-login'), provider: z.string().max(60) }),
  z.strictObject({ act: z.enum(['withdraw', 'unlist', 'list']) }),
]);

/** Our looking elsewhere must not become somebody's knocking there. */
const checks: HourlyLimit = { what: 'ownership check', perNetwork: 60, everyone: 2_000 };

interface Asked {
  readonly params: Promise<{ id: string }>;
}

export async function POST(request: Request, { params }: Asked): Promise<Response> {
  const { id } = await params;
  return press(request, form, (caller, pressed) => act(request, caller, id, pressed));
}

async function act(
  request: Request,
  caller: Caller,
  id: string,
  pressed: z.infer<typeof form>,
): Promise<string | Response> {
  const deps = dependencies();
  const ownership = await teamOwnership(deps, caller, id, 'owner');
  if (pressed.act === 'withdraw') {
    await endOwnership(deps.sql, ownership, 'withdrawn', actorOf(caller));
    return `/ownership?team=${ownership.teamId}`;
  }
  if (pressed.act === 'app-login') return beginProof(deps, caller, ownership, pressed.provider);
  if (pressed.act !== 'check') {
    await (pressed.act === 'unlist' ? leaveSearch : returnToSearch)(deps, ownership, actorOf(caller));
    return `/ownership/${ownership.id}`;
  }
  const { method } = pressed;
  if (!methodsOf(ownership.kind).includes(method))
    throw new AccountError('invalid', 'That proves no such name.');
  await takeFromLimit(deps, checks, clientOf(request));
  const checked = await check(deps.ownershipWorld, ownership, method);
  if (checked.isProven) await recordProof(deps.sql, ownership, { method, ...checked }, actorOf(caller));
  else if (ownership.provenAt === undefined) await recordMiss(deps.sql, ownership, checked.findings);
  return `/ownership/${ownership.id}`;
}
