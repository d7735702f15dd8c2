/**
 * What to do after "this wasn't me", chosen by who vouched for the login: telling a person to change a password at the
 * wrong place costs the hour that matters. Evidence is kept before anything is rotated.
 */
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Config } from '#lib/server/config.ts';
import { identityPath } from '../find/question.ts';
import { narrowingQuery } from '../signings/facets.ts';
import { asSpelled, signedAt, type Facts } from '#lib/rules/facts.ts';
import { adviceFor } from './advice.ts';
import { registryReport } from './registry-report.ts';
import type { StepName } from './response.ts';

/** All of an alert that advice is made of. */
interface Disowned {
  readonly logId: string;
  readonly index: number | string;
  readonly facts: Facts | undefined;
}

export interface Step {
  readonly name: StepName;
  readonly title: string;
  readonly todo: readonly string[];
  readonly links?: readonly { readonly label: string; readonly href: string }[];
  /** To be copied as it is. */
  readonly text?: string;
  /** Where everything signed in the name since a day is shown. */
  readonly since?: { readonly action: string; readonly day: string };
}

/** `evidence` is where whoever asks may download it. */
export function nextSteps(alert: Disowned, config: Config, evidence: string): Step[] {
  const { facts } = alert;
  if (facts?.event === 'announcement') return [announcedByOthers, closeStep];
  const { contain, rotate } = adviceFor(facts, `${config.ca.url}/oidc`);
  return [
    containStep(contain, facts),
    preserveStep(alert, evidence),
    { name: 'rotate', title: 'Rotate', todo: rotate },
    tellStep(alert, config),
    blockStep(facts),
    scopeStep(facts),
    closeStep,
  ];
}

const closeStep: Step = {
  name: 'close',
  title: 'Close',
  todo: ['Write down the cause and the time it ended. If you do not know the cause, it has not ended.'],
};

/** Nothing was signed: no entry to keep and nothing to freeze. */
const announcedByOthers: Step = {
  name: 'contain',
  title: 'Find out who announced it',
  todo: [
    'Look at the record of your team: it says with which key, or as whom, the announcement was made.',
    'End that key or those sessions. Whoever can announce can make a signature of theirs look expected.',
    'Take back every other announcement you do not know.',
  ],
  links: [
    { label: 'Announcements of your team', href: '/intents' },
    { label: 'Your team, its keys and its record', href: '/team' },
  ],
};

function preserveStep({ logId, index, facts }: Disowned, evidence: string): Step {
  return {
    name: 'preserve',
    title: 'Preserve, before you rotate',
    todo: [
      'Download the evidence now: the entry, its proof, the signed checkpoint and the certificates. It stands without us.',
      'Copy the logs of runs, sign-ins and mail around that time. Delete nothing.',
    ],
    links: [
      { label: 'Download the evidence as one file', href: evidence },
      ...(facts === undefined
        ? []
        : [
            {
              label: 'Download everything signed in this name, with its proofs',
              href: `${identityPath(facts.signer ?? facts.identity)}/evidence.zip`,
            },
          ]),
      { label: 'The entry and its proof', href: `/e/${encodeURIComponent(logId)}/${index}` },
    ],
  };
}

const nameIn = (facts: Facts | undefined): string =>
  facts === undefined ? 'this name' : visibleText(asSpelled(facts, facts.signer ?? facts.identity));

function containStep(contain: readonly string[], facts: Facts | undefined): Step {
  const todo = [
    ...contain,
    'If the name is yours, freeze it: our authority then issues no certificate for it until you lift that.',
  ];
  if (facts === undefined) return { name: 'contain', title: 'Contain', todo };
  const href = `/freezes?identity=${encodeURIComponent(facts.source ?? facts.signer ?? facts.identity)}`;
  return {
    name: 'contain',
    title: 'Contain',
    todo,
    links: [{ label: 'Freeze issuance for this name', href }],
  };
}

function tellStep({ logId, facts }: Disowned, config: Config): Step {
  return {
    name: 'tell',
    title: 'Tell',
    todo: [
      'The registry that may carry the file (npm, PyPI, a container registry): its security contact takes a digest and this entry as a report.',
      'The people who use your software, by an advisory that names the digest.',
      'Your own security contact and co-maintainers, through another channel than the account in question.',
    ],
    ...(facts === undefined ? {} : { text: registryReport(logId, facts, config.web.url) }),
  };
}

function blockStep(facts: Facts | undefined): Step {
  const digest = facts?.digest ?? null;
  return {
    name: 'block',
    title: 'Block',
    todo: [
      digest === null
        ? 'Have your verification policy refuse signatures of this name from this time on, until you are done.'
        : `Have your verification policy refuse the file sha256:${digest}.`,
      `Refuse signatures as ${nameIn(facts)} of this time window wherever you verify.`,
    ],
  };
}

function scopeStep(facts: Facts | undefined): Step {
  const step = {
    name: 'scope',
    title: 'Find out how far it went',
    todo: [
      `Go through everything signed as ${nameIn(facts)} since then: one you do not know is rarely alone.`,
    ],
  } as const;
  if (facts === undefined) return step;
  const begin = new Date(signedAt(facts)).toISOString();
  const action = identityPath(facts.signer ?? facts.identity);
  return {
    ...step,
    links: [
      {
        label: 'Everything signed in this name since that moment',
        href: action + narrowingQuery({ since: begin }),
      },
    ],
    since: { action, day: begin.slice(0, 10) },
  };
}
