/**
 * How whoever signed is kept out, by who vouched for the login. A build is known by what its certificate says of the run,
 * a service by the addresses it gives its runs: companies have both at addresses of their own.
 */
import { isMachine, triggerOf } from '#lib/rules/history.ts';
import type { Facts } from '#lib/rules/facts.ts';

export interface Advice {
  readonly contain: readonly string[];
  readonly rotate: readonly string[];
}

/** `mailIssuer` is our own provider of logins by a mailed code. */
export function adviceFor(facts: Facts | undefined, mailIssuer: string): Advice {
  if (facts === undefined) return person;
  const build = buildAdvice(facts);
  if (isWorkload(facts)) return workload;
  if (build !== undefined) return withRunner(build, facts);
  if (facts.trust === 'none') return bareKey;
  if (facts.issuer === mailIssuer) return mailbox;
  return people.find(({ of }) => of.test(facts.issuer ?? ''))?.advice ?? person;
}

const secretsOf = (place: string): string =>
  `Replace every secret and token that ${place} could read, and every deploy key. Empty its caches: a run can leave things there for the next one.`;

const github: Advice = {
  contain: [
    'Disable the workflow that ran (repository, Actions, the workflow, Disable), or Actions for the whole repository.',
    'Cancel runs that are still going; do not delete any.',
    'Remove the trusted publisher of this repository at every registry that has one.',
  ],
  rotate: [
    secretsOf('the workflow'),
    'Look through recent pushes, merged pull requests and changed workflow files; revert what you do not know.',
  ],
};

const gitlab: Advice = {
  contain: [
    'Cancel running pipelines and disable CI/CD for the project; do not delete any job.',
    'Remove the trusted publisher of this project at every registry that has one.',
  ],
  rotate: [
    'Replace every CI/CD variable, access token, deploy key and runner token of the project and its group. Clear the runner caches.',
    'Look through recent merges and changes to .gitlab-ci.yml; revert what you do not know.',
  ],
};

const anyBuild: Advice = {
  contain: [
    'Disable the pipeline or workflow that ran, and stop its runs that are still going; do not delete any.',
    'Remove the trusted publisher of this repository at every registry that has one.',
  ],
  rotate: [
    secretsOf('the build'),
    'Look through recent changes to the repository and to the definition of the build; revert what you do not know.',
  ],
};

/** The first that fits. What an address of a run looks like is in ca/oidc/ci-providers.ts. */
const services: readonly { readonly issuer: RegExp; readonly run: RegExp; readonly advice: Advice }[] = [
  {
    issuer: /^https:\/\/token\.actions\.githubusercontent\.com(?:\/|$)/,
    run: /\/actions\/runs\/\d+/,
    advice: github,
  },
  { issuer: /^https:\/\/gitlab\.com\/?$/, run: /\/-\/jobs\/\d+/, advice: gitlab },
];

const buildClaims = ['buildSignerUri', 'buildConfigUri', 'runnerEnvironment', 'sourceRepositoryUri'] as const;

function buildAdvice({ issuer, claims, source }: Facts): Advice | undefined {
  const ofIssuer = services.find((service) => service.issuer.test(issuer ?? ''));
  if (ofIssuer !== undefined) return ofIssuer.advice;
  const run = claims['runInvocationUri'] ?? '';
  const ofRun = services.find((service) => service.run.test(run));
  if (ofRun !== undefined) return ofRun.advice;
  const isBuild = isMachine({ source: source ?? '', claims }) || buildClaims.some((name) => name in claims);
  return isBuild ? anyBuild : undefined;
}

function withRunner({ contain, rotate }: Advice, { claims }: Facts): Advice {
  const ofTrigger =
    triggerOf(claims) === 'pull_request_target'
      ? ['Take pull_request_target out of the workflow: it runs what strangers propose with your rights.']
      : [];
  const ofRunner =
    claims['runnerEnvironment'] === 'self-hosted'
      ? ['Take the self-hosted runner off the network and keep its disk; set up a new one from nothing.']
      : [];
  return { contain: [...contain, ...ofTrigger, ...ofRunner], rotate };
}

/** A service that has its name from the machines it runs on. */
function isWorkload({ identity, signer }: Facts): boolean {
  return /^(?:spiffe:\/\/|https:\/\/kubernetes\.io\/namespaces\/)/.test(signer ?? identity);
}

const workload: Advice = {
  contain: [
    'Stop the service that has this name, and keep what it ran on; do not delete it.',
    'See who may start something under this name, and take away what you do not know.',
  ],
  rotate: [
    'Replace the keys and tokens the service could read, then those of the platform that gives it its name.',
  ],
};

/** Nobody vouched for it. */
const bareKey: Advice = {
  contain: ['Revoke the key where it is published, and have whoever verifies with it trust it no longer.'],
  rotate: ['Make a new key on a machine you are sure of, and keep it where the old one was not.'],
};

const mailbox: Advice = {
  contain: [
    'This login is proved by a code mailed to you: whoever signed could read your mailbox. End every session of your mail account and remove forwarding rules you did not set.',
    'Use another, safe address for everything that follows.',
  ],
  rotate: ['Change the password of your mail account, then its second factor to a passkey.'],
};

const people: readonly { readonly of: RegExp; readonly advice: Advice }[] = [
  {
    of: /^https:\/\/accounts\.google\.com\/?$/,
    advice: {
      contain: [
        'At myaccount.google.com, Security: sign out of every device you do not hold in your hand.',
        'There too, remove third-party access you do not recognise.',
      ],
      rotate: [
        'Change the password of the Google account, then replace its second factor by a passkey.',
        'Look for forwarding rules and recovery addresses you did not set.',
      ],
    },
  },
  {
    of: /^https:\/\/github\.com\/login\/oauth\/?$/,
    advice: {
      contain: [
        'At github.com, Settings, Sessions: revoke all of them. Under Applications: revoke what you do not know.',
        'Revoke personal access tokens and SSH keys you cannot account for.',
      ],
      rotate: ['Change the password of the GitHub account, then replace its second factor by a passkey.'],
    },
  },
  {
    // One for each organisation: its number follows.
    of: /^https:\/\/(?:login\.microsoftonline\.com|sts\.windows\.net)(?:\/|$)/,
    advice: {
      contain: [
        'At mysignins.microsoft.com: sign out everywhere, and ask your administrator to revoke sessions.',
      ],
      rotate: ['Change the password of the Microsoft account and replace its second factor by a passkey.'],
    },
  },
];

const person: Advice = {
  contain: [
    'At the provider that vouched for this login: end every session, and revoke applications and tokens you do not know.',
  ],
  rotate: [
    'Replace the password there, then the second factor by a passkey, then every token that account could reach.',
  ],
};
