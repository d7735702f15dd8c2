/** `sigwatch freeze`: no certificate for a name of the team until it is lifted. */
import { z } from 'zod';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';
import { askTeam, type TeamAccess } from './instance-api.ts';
import { table } from './table.ts';

const freezeAnswer = z.looseObject({
  id: z.string(),
  value: z.string(),
  reason: z.string().nullable(),
  madeBy: z.string(),
  createdAt: z.string(),
  liftedAt: z.string().nullable(),
});
const freezes = z.looseObject({ freezes: z.array(freezeAnswer) });
type Freeze = z.infer<typeof freezeAnswer>;

type Print = (text: string) => void;

export async function freeze(
  access: TeamAccess,
  asked: { readonly identity: string; readonly reason?: string },
  json: boolean,
  print: Print,
): Promise<ExitCode> {
  const made = await askTeam(access, 'freezes', freezeAnswer, { body: asked });
  const said = `Frozen: ${visibleText(made.value)} gets no certificate. To lift it: sigwatch freeze --lift ${visibleText(made.id)}`;
  print(json ? `${JSON.stringify(made, null, 2)}\n` : `${said}\n`);
  return exitCode.yes;
}

export async function lift(
  access: TeamAccess,
  asked: { readonly id: string; readonly reason?: string },
  json: boolean,
  print: Print,
): Promise<ExitCode> {
  const { id, ...body } = asked;
  const path = `freezes/${encodeURIComponent(id)}`;
  const lifted = await askTeam(access, path, freezeAnswer, { method: 'DELETE', body });
  print(
    json
      ? `${JSON.stringify(lifted, null, 2)}\n`
      : `Lifted: ${visibleText(lifted.value)} gets certificates again.\n`,
  );
  return exitCode.yes;
}

export async function listFreezes(
  access: TeamAccess,
  { json, colour }: { json: boolean; colour: boolean },
  print: Print,
): Promise<ExitCode> {
  const found = await askTeam(access, 'freezes', freezes);
  const lines = table(['SINCE', 'STATE', 'WHAT', 'BY', 'FREEZE'], found.freezes.map(rowOf), colour);
  print(
    json
      ? `${JSON.stringify(found, null, 2)}\n`
      : `${lines.length === 0 ? 'Nothing is frozen.' : lines.join('\n')}\n`,
  );
  return found.freezes.length > 0 ? exitCode.yes : exitCode.no;
}

function rowOf({ id, value, madeBy, createdAt, liftedAt }: Freeze): string[] {
  const state = liftedAt === null ? 'frozen' : `lifted ${liftedAt}`;
  return [createdAt, state, value, madeBy, id].map((cell) => visibleText(cell, 80));
}
