import { z } from 'zod';
import { press } from '../../../account/asked.ts';
import { actorOf, type Caller } from '../../../account/caller.ts';
import { clientOf } from '../../../account/limits.ts';
import { teamOwnership } from '../../../account/ownership/asked.ts';
import { beginProof } from '../../../account/ownership/app-login.ts';
import { checkNow } from '../../../account/ownership/check-now.ts';
import { leaveSearch, returnToSearch } from '../../../account/ownership/unlisting.ts';
import { endOwnership, methods } from '../../../account/ownership/store.ts';
import { dependencies } from '../../../dependencies.ts';

const form = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('check'), method: z.enum(methods) }),
  z.strictObject({ act: z.literal('app-login'), provider: z.string().max(60) }),
  z.strictObject({ act: z.enum(['withdraw', 'unlist', 'list']) }),
]);

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
  await checkNow(deps, caller, { ownership, method: pressed.method, client: clientOf(request) });
  return `/ownership/${ownership.id}`;
}
