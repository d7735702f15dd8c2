/**
 * Every page, and what its button does, with the addresses of the API that give and do the same. tests/architecture.test.ts
 * holds it against the app tree: a page that is new fails until it stands here, with its data or with why it has none.
 */
export interface InTheApi {
  /** What it shows, each as in tests/browser/route-list.ts. */
  readonly reads: readonly string[];
  /** What its form does. */
  readonly acts?: readonly string[];
  /** What of it is not in the API, and why. */
  readonly not?: string;
}

const v1 = (...routes: readonly string[]) => routes.map((route) => route.replace(' /', ' /api/v1/'));
const text = (why: string): InTheApi => ({ reads: [], not: why });

const signing = 'Made in the browser, by the libraries of each client; setup says how a program does it.';
const wayIn = 'A way in for a person: a program has a key instead.';

const oneAlert: InTheApi = {
  reads: v1('GET /alerts/[id]', 'GET /alerts/[id]/evidence', 'GET /alerts/[id]/response'),
  acts: v1('POST /alerts/[id]/[act]', 'POST /alerts/[id]/response'),
  not: 'A freeze of the name is in the settings of the watch.',
};

export const pageRoutes: Readonly<Record<string, InTheApi>> = {
  '/': { reads: v1('GET /status', 'GET /logs', 'GET /range/[prefix]'), acts: [] },
  '/about': text('Prose.'),
  '/privacy': text('Prose.'),
  '/api': { reads: ['GET /api/openapi.json'] },
  '/setup': { reads: v1('GET /setup') },
  '/clock': text('How this browser shows times; the API gives UTC.'),
  '/sign': text(signing),
  '/auth/callback': text(signing),
  '/verify': { reads: [], acts: v1('POST /verify') },
  '/logs': { reads: v1('GET /logs', 'GET /logs/history', 'GET /incidents/[id]/evidence') },
  '/status': { reads: v1('GET /status') },
  '/i/[identity]': {
    reads: v1('GET /identities', 'GET /signings'),
    acts: v1('POST /watches'),
    not: 'What is not listed is shown to its proven owner on the page alone.',
  },
  '/d/[sha256]': { reads: v1('GET /signings') },
  '/n/[prefix]': { reads: v1('GET /names') },
  '/e/[log]/[index]': {
    reads: v1(
      'GET /entries/[log]/[index]',
      'GET /entries/[log]/[index]/around',
      'GET /entries/[log]/[index]/proof',
    ),
  },
  '/compare': { reads: v1('GET /compare') },
  '/alerts': {
    reads: v1('GET /alerts', 'GET /views'),
    acts: v1('POST /alerts/answers', 'POST /views', 'DELETE /views/[id]'),
  },
  '/alerts/[id]': oneAlert,
  '/alert/[id]': oneAlert,
  '/alert/[id]/event': { reads: v1('GET /alerts/[id]/event') },
  '/alert/[id]/mine': oneAlert,
  '/alert/[id]/not-mine': oneAlert,
  '/watches': { reads: v1('GET /watches', 'GET /watches/[id]', 'GET /identities') },
  '/watches/new': { reads: v1('GET /watches/preview'), acts: v1('POST /watches') },
  '/watch/settings': {
    reads: v1(
      'GET /watches/[id]/settings',
      'GET /watches/[id]/rules',
      'GET /watches/[id]/channels',
      'GET /watches/[id]/channels/[channel]/deliveries',
    ),
    acts: v1(
      'PATCH /watches/[id]/settings',
      'DELETE /watches/[id]',
      'POST /watches/[id]/test',
      'POST /watches/[id]/feed',
      'POST /watches/[id]/rules',
      'POST /watches/[id]/rules/try',
      'DELETE /watches/[id]/rules/[rule]',
      'POST /watches/[id]/channels',
      'DELETE /watches/[id]/channels/[channel]',
      'POST /watches/[id]/channels/[channel]/[act]',
      'POST /watches/[id]/channels/[channel]/deliveries/[delivery]/replay',
    ),
    not: 'Secrets of channels and of the feed are in the answer that makes them, and never again.',
  },
  '/watch/confirm': text('The mailed yes of whoever reads the address: a program must not say it for them.'),
  '/watch/second': text('The same, of a second address.'),
  '/watch/sent': text('Says that a mail was sent.'),
  '/watch/told': { reads: v1('GET /alerts') },
  '/watch/stop': { reads: v1('GET /watches/[id]'), acts: v1('DELETE /watches/[id]') },
  '/intents': {
    reads: v1('GET /intents', 'GET /intents/[id]'),
    acts: v1('POST /intents', 'DELETE /intents/[id]'),
  },
  '/freezes': { reads: v1('GET /freezes'), acts: v1('POST /freezes', 'DELETE /freezes/[id]') },
  '/ownership': { reads: v1('GET /ownership'), acts: v1('POST /ownership') },
  '/ownership/[id]': {
    reads: v1('GET /ownership/[id]'),
    acts: v1(
      'POST /ownership/[id]/check',
      'POST /ownership/ci',
      'DELETE /ownership/[id]',
      'PUT /ownership/[id]/unlisting',
      'DELETE /ownership/[id]/unlisting',
    ),
    not: 'A login where the name lives happens in a browser.',
  },
  '/settings': {
    reads: v1(
      'GET /account',
      'GET /account/person',
      'GET /account/sessions',
      'GET /account/export',
      'GET /team/keys',
    ),
    acts: v1(
      'PATCH /account/person',
      'DELETE /account/sessions',
      'DELETE /account/sessions/[id]',
      'DELETE /team/keys/[id]',
    ),
    not: 'Keys, ways to sign in and the end of the account take a person who has just signed in.',
  },
  '/settings/key': text('A new key, shown once to the person who made it.'),
  '/settings/address': text(wayIn),
  '/team': {
    reads: v1('GET /account', 'GET /team'),
    not: 'A key has one team: others are named and made by who is signed in.',
  },
  '/team/[id]': {
    reads: v1('GET /team', 'GET /audit'),
    acts: v1(
      'PATCH /team',
      'POST /team/invitations',
      'DELETE /team/invitations/[id]',
      'PATCH /team/members/[user]',
      'DELETE /team/members/[user]',
    ),
    not: 'The end of a team takes somebody who is signed in: its keys would end themselves.',
  },
  '/team/join': text('An invitation is taken by the person it was mailed to.'),
  '/sign-in': text(wayIn),
  '/sign-in/code': text(wayIn),
  '/sign-in/return': text(wayIn),
  '/mailbox': { reads: ['GET /api/dev/mailbox'] },
  '/mailbox/[id]': { reads: ['GET /api/dev/mailbox'] },
};
