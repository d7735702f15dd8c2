/** `sigwatch alerts`: what an instance told a team of, and the answers of the team. */
import { z } from 'zod';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';
import { askTeam, type TeamAccess } from './instance-api.ts';
import { table } from './table.ts';

const alert = z.looseObject({
  id: z.string(),
  state: z.string(),
  verdict: z.string(),
  reasons: z.array(z.looseObject({ words: z.string() })),
  watch: z.looseObject({ value: z.string() }),
  happenedAt: z.string(),
  log: z.string(),
  index: z.string(),
  url: z.string(),
});
const page = z.looseObject({ alerts: z.array(alert), next: z.string().nullable() });
type Alert = z.infer<typeof alert>;

export interface AlertsJob {
  readonly access: TeamAccess;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly json: boolean;
  readonly colour: boolean;
}

export async function listAlerts(
  { access, query, json, colour }: AlertsJob,
  print: (text: string) => void,
): Promise<ExitCode> {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const found = await askTeam(access, `alerts?${new URLSearchParams(given)}`, page);
  if (json) print(`${JSON.stringify(found, null, 2)}\n`);
  else print(`${[...table(headings, found.alerts.map(rowOf), colour), ...below(found)].join('\n')}\n`);
  return found.alerts.length > 0 ? exitCode.yes : exitCode.no;
}

const headings = ['SIGNED', 'VERDICT', 'STATE', 'WATCHED', 'ENTRY', 'ALERT'];

function rowOf({ id, state, verdict, watch, happenedAt, log, index }: Alert): string[] {
  const when = happenedAt.replace(/\.\d+Z$/, 'Z');
  return [when, verdict, state, watch.value, `${log}/${index}`, id].map((cell) => visibleText(cell, 80));
}

function below({ alerts, next }: z.infer<typeof page>): string[] {
  if (alerts.length === 0) return ['No alerts.'];
  return next === null ? [] : ['', `Next page: --cursor ${visibleText(next, 500)}`];
}

export interface AnswerJob {
  readonly access: TeamAccess;
  readonly id: string;
  /** Undefined only shows it. */
  readonly say: string | undefined;
  readonly reason: string | undefined;
  readonly json: boolean;
}

export async function answerAlert(
  { access, id, say, reason, json }: AnswerJob,
  print: (text: string) => void,
): Promise<ExitCode> {
  const path = `alerts/${encodeURIComponent(id)}`;
  const shown =
    say === undefined
      ? await askTeam(access, path, alert)
      : await askTeam(access, `${path}/${encodeURIComponent(say)}`, alert, {
          body: reason === undefined ? {} : { reason },
        });
  print(json ? `${JSON.stringify(shown, null, 2)}\n` : asText(shown));
  return exitCode.yes;
}

function asText({ state, verdict, reasons, watch, happenedAt, log, index, url }: Alert): string {
  const why = reasons.map(({ words }) => `  ${visibleText(words, 500)}`);
  const head = `${visibleText(watch.value)}: ${visibleText(verdict)}, ${visibleText(state)}`;
  return `${[head, ...why, `Signed ${visibleText(happenedAt)}, entry ${visibleText(log)}/${visibleText(index)}`, visibleText(url, 500)].join('\n')}\n`;
}
