/**
 * What operators, and people who are blind meanwhile, are told of machines. Never in the words of an alert: nothing here
 * says that somebody signed, and no alert speaks of an outage.
 */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { incidentHeading } from '#lib/source/incident-words.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';

export interface Trouble {
  readonly key: string;
  readonly logId: string;
  readonly name: string;
  readonly state: string;
  /** What it did, of a log that misbehaves. */
  readonly incident: string | null;
  /** While it lasts nobody can be told of what is signed in this log. */
  readonly blinds: boolean;
  readonly reason: string;
}

export interface TroubleMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export function headingOf({ state, name, incident }: Trouble): string {
  const shown = visibleText(name, 100);
  const log = `The log ${shown}`;
  switch (state) {
    case 'unreachable':
      return `${log} cannot be read`;
    case 'unseen':
      return `${log} is looked at by no worker`;
    case 'unwitnessed':
      return `${log} shows no statement with enough witnesses`;
    case 'frozen':
      return incidentHeading('freeze', shown);
    case 'misbehaving':
      return `${incidentHeading(incident, shown)}, and waits for you`;
    case 'canary':
      return 'The monitor did not see a signature that it made itself';
    default:
      return 'Mail is not accepted by the next server';
  }
}

const todo: Readonly<Record<string, string>> = {
  unreachable:
    'Look whether the log answers and whether this machine reaches it. It is tried again all the time.',
  unseen:
    'Look whether a workers process hangs, or lost its way to the database without either noticing, and end it: another goes on.',
  unwitnessed: 'Look whether the witnesses of its policy answer. It is tried again all the time.',
  frozen:
    'Either the log stands still, or somebody between it and us shows an old statement. Compare what others see of it.',
  misbehaving:
    'This is about security: its evidence is kept, everybody who watches was told, and nothing of it is verified until you say `sigwatch log resolve`; `sigwatch log incidents` lists what there is.',
  canary: 'Look whether log and authority answer, and whether a workers process runs.',
  mail: 'Look at SMTP_URL and at the mail server. Nothing is lost: mail is tried again for five days.',
};

interface About {
  readonly trouble: Trouble;
  readonly since: Date;
  readonly webUrl: string;
}

export async function operatorLetter({ trouble, since, webUrl }: About): Promise<TroubleMail> {
  const heading = headingOf(trouble);
  const security = trouble.state === 'misbehaving';
  const letter = await renderLetter({
    preheader: security ? 'Security: it needs a decision of yours.' : 'Infrastructure, no signature.',
    heading,
    blocks: [
      { kind: 'paragraph', text: `Since ${since.toISOString()}. ${visibleText(trouble.reason, 300)}` },
      { kind: 'paragraph', text: todo[trouble.state] ?? '' },
      { kind: 'link', label: 'How the logs are', url: `${webUrl}/logs` },
      { kind: 'small', text: 'You get this since OPERATOR_MAIL names this address.' },
    ],
  });
  return { subject: `[${security ? 'security' : 'infrastructure'}] ${heading}`, ...letter };
}

export async function operatorOverLetter(words: string, since: Date): Promise<TroubleMail> {
  const heading = `Over: ${words}`;
  const letter = await renderLetter({
    preheader: 'Infrastructure, no signature.',
    heading,
    blocks: [
      { kind: 'paragraph', text: `It lasted from ${since.toISOString()}. Nothing is left to do.` },
      { kind: 'small', text: 'You get this since OPERATOR_MAIL names this address.' },
    ],
  });
  return { subject: `[infrastructure] ${heading}`, ...letter };
}

function blindness({ state, reason }: Trouble): string {
  const log = 'this log, in which a name you watch was signed before';
  return state === 'frozen'
    ? `we are shown nothing new of ${log}: either it stands still, or somebody shows us an old state of it. ${visibleText(reason, 300)}`
    : `we cannot read ${log}.`;
}

export async function blindLetter({ trouble, since, webUrl }: About): Promise<TroubleMail> {
  const name = visibleText(trouble.name, 100);
  const heading = `We cannot see what is signed in ${name}`;
  const letter = await renderLetter({
    preheader: 'No signature is known that you were not told of.',
    heading,
    blocks: [
      {
        kind: 'paragraph',
        text: `Since ${since.toISOString()} ${blindness(trouble)} Nothing is known to be wrong with your names; we just cannot tell you at the moment what happens there.`,
      },
      {
        kind: 'paragraph',
        text: 'We go on trying. What was signed meanwhile we look at then, and tell you late rather than never.',
      },
      { kind: 'link', label: 'How the logs are', url: `${webUrl}/logs` },
      {
        kind: 'small',
        text: 'You get this mail, once for each such time, since you watch a name in this log.',
      },
    ],
  });
  return { subject: heading, ...letter };
}

export async function sightedLetter(name: string, since: Date): Promise<TroubleMail> {
  const heading = `We can see again what is signed in ${visibleText(name, 100)}`;
  const letter = await renderLetter({
    preheader: 'What happened meanwhile is looked at.',
    heading,
    blocks: [
      {
        kind: 'paragraph',
        text: `What was signed in this log since ${since.toISOString()} is being looked at. Where it concerns you, you get the alert you would have got then.`,
      },
    ],
  });
  return { subject: heading, ...letter };
}
