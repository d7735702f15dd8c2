/**
 * What the proven owner of a name says for everybody who watches it (decision: nobody else can). Others keep their own
 * word, are told, and may say otherwise; the owner learns neither who they are nor how many.
 */
import { z } from 'zod';
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Transaction } from '#lib/server/database.ts';
import type { Letter } from '#lib/server/mail/letter.tsx';
import { queueMail } from '#lib/server/mail/outbox.ts';
import { AccountError } from '../account/account-error.ts';
import { recordAct } from '../account/audit.ts';
import { actorOf, teamIds, type Caller } from '../account/caller.ts';
import { claimOf } from '../account/ownership/numbers.ts';
import { owningTeams, requireOwned } from '../account/ownership/owned.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Answer } from './answers.ts';

type Uses = Pick<Dependencies, 'sql' | 'statement' | 'config' | 'renderLetter'>;

export interface Answered {
  readonly id: string;
  readonly watch: { readonly kind: string; readonly value: string };
}

/** An answer that is one for others too: to open an alert again is everybody's own. */
export type SharedAnswer = Exclude<Answer, 'reopened'>;

const by = 'whoever proved to own the name';
const words: Readonly<Record<SharedAnswer | 'withdrawn', string>> = {
  acknowledged: 'has seen it and is looking into it',
  mine: 'says that it was them',
  'not-mine': 'says that it was not them: take it for an attack until you know better',
  resolved: 'has closed it',
  withdrawn: 'has taken back what they said of it',
};

export async function mayAnswerForAll(deps: Uses, caller: Caller, { watch }: Answered): Promise<boolean> {
  const [teamId] = await owningTeams(deps, teamIds(caller, 'owner'), watch);
  return teamId !== undefined && (await claimOf(deps.sql, teamId, watch)).others.length === 0;
}

/** Throws unless an owner of the proving team asks. */
export async function answerForAll(
  deps: Uses,
  caller: Caller,
  alert: Answered,
  { answer, reason = '' }: { readonly answer: SharedAnswer; readonly reason?: string | undefined },
): Promise<void> {
  const teamId = await requireOwned(deps, caller, alert.watch);
  // Proven by another team under other numbers: each speaks for itself alone.
  if ((await claimOf(deps.sql, teamId, alert.watch)).others.length > 0)
    throw new AccountError(
      'forbidden',
      'Another team proved this name under other numbers: neither answers for all. Your own answer counts for your team.',
    );
  const meant = await watchesOfName(deps, teamId, alert);
  await deps.sql.begin(async (transaction) => {
    await lockName(transaction, teamId);
    const said = await transaction.unsafe<{ alert_id: string }[]>(deps.statement('share-answer'), [
      [alert.id],
      teamId,
      meant.map(({ kind }) => kind),
      meant.map(({ value }) => value),
      answer,
      by,
      reason,
    ]);
    const { id: subject } = alert;
    await recordAct(transaction, {
      teamId,
      actor: actorOf(caller),
      act: 'answer.shared',
      subject,
      detail: { answer },
    });
    await tellOthers(deps, transaction, said, answer, reason);
  });
}

export async function withdrawForAll(deps: Uses, caller: Caller, alert: Answered): Promise<void> {
  const teamId = await requireOwned(deps, caller, alert.watch);
  await deps.sql.begin(async (transaction) => {
    await lockName(transaction, teamId);
    const undone = await transaction.unsafe<{ alert_id: string }[]>(
      deps.statement('withdraw-shared-answer'),
      [[alert.id], teamId, by],
    );
    const { id: subject } = alert;
    await recordAct(transaction, { teamId, actor: actorOf(caller), act: 'answer.withdrawn', subject });
    await tellOthers(deps, transaction, undone, 'withdrawn', '');
  });
}

/** Two presses of one team are one after the other, so that the second sees what the first said. */
async function lockName(transaction: Transaction, teamId: string): Promise<void> {
  await transaction`SELECT pg_advisory_xact_lock(hashtextextended(${`shared answer ${teamId}`}, 0))`;
}

/** Of all that others watch of these entries, what the team's proof covers. */
async function watchesOfName(deps: Uses, teamId: string, alert: Answered): Promise<Answered['watch'][]> {
  const watched = await deps.sql.unsafe<{ kind: string; value: string }[]>(deps.statement('shared-watches'), [
    [alert.id],
    teamId,
  ]);
  const owned = await Promise.all(watched.map((watch) => owningTeams(deps, [teamId], watch)));
  return watched.filter((_, at) => (owned[at] ?? []).length > 0);
}

const told = z.object({
  team_id: z.string().nullable(),
  email: z.string(),
  value: z.string(),
  stop_token: z.string(),
  alerts: z.int(),
  first: z.string(),
  told: z.boolean(),
  log: z.string(),
  index: z.bigint(),
});
type Told = z.infer<typeof told>;

/** The machines that were told of the alert, the record of each team, and a mail to whoever had one of the alert. */
async function tellOthers(
  deps: Uses,
  transaction: Transaction,
  rows: readonly { alert_id: string }[],
  answer: SharedAnswer | 'withdrawn',
  reason: string,
): Promise<void> {
  const ids = [...new Set(rows.map(({ alert_id: id }) => id))];
  if (ids.length === 0) return;
  await transaction.unsafe(deps.statement('alert-queue-answers'), [ids]);
  const watches = await transaction.unsafe(deps.statement('shared-told'), [ids]);
  for (const row of watches) {
    const watch = told.parse(row);
    await recordAct(transaction, {
      teamId: watch.team_id,
      actor: { kind: 'system' },
      act: 'answer.received',
      subject: watch.first,
      detail: { answer, alerts: watch.alerts },
    });
    if (watch.told)
      await writeTo(deps, transaction, watch, letterFor(deps.config.web.url, watch, answer, reason));
  }
}

async function writeTo(deps: Uses, transaction: Transaction, watch: Told, letter: Letter): Promise<void> {
  const headers = { 'Auto-Submitted': 'auto-generated' };
  const mail = { ...(await deps.renderLetter(letter)), headers };
  const subject = `Answered by its owner: ${visibleText(watch.value, 80)}`;
  await queueMail(transaction, { kind: 'notice', to: watch.email, subject, ...mail });
}

function letterFor(
  webUrl: string,
  { value, alerts, first, team_id: teamId, log, index, stop_token: stop }: Told,
  answer: SharedAnswer | 'withdrawn',
  reason: string,
): Letter {
  const what = alerts === 1 ? 'a signature' : `${alerts} signatures`;
  return {
    preheader: `Whoever proved to own the name ${words[answer]}.`,
    heading: 'The owner of a name you watch has answered',
    blocks: [
      {
        kind: 'paragraph',
        text: `We told you of ${what} in the name ${visibleText(value, 120)}. Whoever proved to own it ${words[answer]}.`,
      },
      ...(reason === ''
        ? []
        : [{ kind: 'paragraph' as const, text: `In their words: “${visibleText(reason, 500)}”` }]),
      { kind: 'facts', rows: [{ label: 'Entry', value: `${log}/${index}` }] },
      {
        kind: 'paragraph',
        text: 'Think otherwise? Answer with the buttons of the mail of that alert: your own word stands for you.',
      },
      ...(teamId === null
        ? []
        : [{ kind: 'link' as const, label: 'The alert', url: `${webUrl}/alerts/${first}` }]),
      {
        kind: 'small',
        text: 'You get this mail since you watch this name.',
        links: [{ label: 'Stop watching', url: `${webUrl}/watch/stop?token=${stop}` }],
      },
    ],
  };
}
