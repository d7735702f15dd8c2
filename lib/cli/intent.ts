/** `sigwatch intent`, and `sign --intent`: saying of a signature beforehand that it is meant. */
import { z } from 'zod';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { CommandError, exitCode, type ExitCode } from './exit-codes.ts';
import { askTeam, type TeamAccess } from './instance-api.ts';
import { table } from './table.ts';

const intent = z.looseObject({
  id: z.string(),
  number: z.string(),
  state: z.string(),
  repository: z.string(),
  digest: z.string().nullable(),
  count: z.int(),
  left: z.int(),
  until: z.string(),
});
const intents = z.looseObject({ intents: z.array(intent) });
export type Intent = z.infer<typeof intent>;

export interface Declaration {
  /** Where it will be signed, or who signs. */
  readonly repository: string;
  readonly digest?: string | undefined;
  readonly count?: number | undefined;
  readonly ref?: string | undefined;
  readonly workflow?: string | undefined;
  readonly until: string;
}

export function declareIntent(access: TeamAccess, declaration: Declaration): Promise<Intent> {
  return askTeam(access, 'intents', intent, { body: declaration });
}

/** A time, or how long from now: 45m, 12h, 7d. */
export function untilTime(given: string, now: Date): string {
  const [, count, unit = ''] = /^(\d{1,4})([mhd])$/.exec(given) ?? [];
  if (count !== undefined) return new Date(now.getTime() + Number(count) * (unitMs[unit] ?? 0)).toISOString();
  const at = new Date(given);
  if (!/^\d{4}-\d\d-\d\d/.test(given) || Number.isNaN(at.getTime())) {
    throw new CommandError(exitCode.usage, `${given} is no time: like 45m, 12h, 7d or 2027-01-31T12:00:00Z`);
  }
  return at.toISOString();
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

export async function declare(
  access: TeamAccess,
  declaration: Declaration,
  json: boolean,
  print: (text: string) => void,
): Promise<ExitCode> {
  const made = await declareIntent(access, declaration);
  print(json ? `${JSON.stringify(made, null, 2)}\n` : `${intentText(made)}\n`);
  return exitCode.yes;
}

export function intentText({ number, repository, digest, count, until, id }: Intent): string {
  const what =
    digest === null ? (count === 1 ? 'one signature' : `${count} signatures`) : visibleText(digest);
  return `Announced (${visibleText(number)}): ${what} in ${visibleText(repository)}, until ${visibleText(until)}. To take it back: sigwatch intent --cancel ${visibleText(id)}`;
}

export async function listIntents(
  access: TeamAccess,
  state: string | undefined,
  { json, colour }: { json: boolean; colour: boolean },
  print: (text: string) => void,
): Promise<ExitCode> {
  const query = state === undefined ? '' : `?${new URLSearchParams({ state })}`;
  const found = await askTeam(access, `intents${query}`, intents);
  const lines = table(
    ['STATE', 'LEFT', 'WHERE', 'WHAT', 'UNTIL', 'INTENT'],
    found.intents.map(rowOf),
    colour,
  );
  print(
    json
      ? `${JSON.stringify(found, null, 2)}\n`
      : `${lines.length === 0 ? 'No intents.' : lines.join('\n')}\n`,
  );
  return found.intents.length > 0 ? exitCode.yes : exitCode.no;
}

function rowOf({ state, left, count, repository, digest, until, id }: Intent): string[] {
  const what = digest === null ? 'any' : digest.slice(0, 19);
  return [state, `${left}/${count}`, repository, what, until, id].map((cell) => visibleText(cell, 80));
}

export async function cancelIntent(
  access: TeamAccess,
  id: string,
  json: boolean,
  print: (text: string) => void,
): Promise<ExitCode> {
  const path = `intents/${encodeURIComponent(id)}`;
  const cancelled = await askTeam(access, path, intent, { method: 'DELETE' });
  const said = `Taken back: ${visibleText(cancelled.repository)}, ${visibleText(cancelled.state)}.`;
  print(json ? `${JSON.stringify(cancelled, null, 2)}\n` : `${said}\n`);
  return exitCode.yes;
}
