import { z } from 'zod';
import { press } from '../../account/asked.ts';
import type { Caller } from '../../account/caller.ts';
import { AccountError } from '../../account/account-error.ts';
import { whoActs } from '../../account/shown-name.ts';
import { answers, nothingToUndo, sayOfAlerts, undoAnswers } from '../../alert/answers.ts';
import { dependencies } from '../../dependencies.ts';
import { answerable } from '../store.ts';
import { readAddress, removeView, saveView, writeAddress } from '../views.ts';

const here = z
  .string()
  .max(300)
  .transform((text) => writeAddress(readAddress(new URLSearchParams(text))));

const form = z.union([
  z.strictObject({ act: z.literal('keep'), here, name: z.string().trim().min(1).max(60) }),
  z.strictObject({ act: z.literal('forget'), here, id: z.uuid() }),
  // One field for each alert that is ticked.
  z
    .object({ act: z.enum([...answers, 'undo']), here, reason: z.string().trim().max(500).default('') })
    .catchall(z.literal('on')),
]);

export async function POST(request: Request): Promise<Response> {
  return press(request, form, async (caller, pressed) => {
    const back = `/alerts?${pressed.here === '' ? 'state=' : pressed.here}`;
    if (pressed.act === 'keep')
      await saveView(dependencies(), caller, { name: pressed.name, query: pressed.here });
    else if (pressed.act === 'forget') await removeView(dependencies(), caller, pressed.id);
    else {
      const said = await answer(caller, pressed);
      if (pressed.act !== 'undo') return `${back}&said=${said.join(',')}`;
    }
    return back;
  });
}

/** Gives what was answered, for the way back. */
async function answer(
  caller: Caller,
  pressed: { act: (typeof answers)[number] | 'undo'; reason: string },
): Promise<string[]> {
  const deps = dependencies();
  const ticked = Object.keys(pressed).flatMap((name) => (name.startsWith('alert-') ? [name.slice(6)] : []));
  if (ticked.length === 0) throw new AccountError('invalid', 'Tick the alerts you mean first.');
  const ids = await answerable(deps, caller, ticked);
  if (ids.length < ticked.length) throw new AccountError('not-found', 'There is no such thing.');
  const who = await whoActs(deps, caller);
  if (pressed.act === 'undo') {
    const undone = await undoAnswers(deps, ids, who);
    if (undone === 0) throw new AccountError('nothing-to-undo', nothingToUndo);
  } else await sayOfAlerts(deps, ids, { answer: pressed.act, reason: pressed.reason, who });
  return ids;
}
