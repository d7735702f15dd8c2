/** Examples of what was signed. */
import type { z } from 'zod';
import type { aroundAnswer, compareAnswer, proofAnswer } from '../../../e/schemas.ts';
import type { identityAnswer } from '../../../signings/schemas.ts';
import type {
  entriesAnswer,
  namesAnswer,
  rangeAnswer,
  signingAnswer,
  signingsAnswer,
} from '../../v1/schemas.ts';
import { sandboxNames } from '../sandbox-key.ts';
import { always, exampleDay, exampleTime, type Example } from './example.ts';

type Signing = z.infer<typeof signingAnswer>;

function signing(index: number, email: string, more: Partial<Signing> = {}): Signing {
  const time = `${exampleDay}T14:0${index}:00.000Z`;
  return {
    log: 'sandbox',
    index,
    url: `https://sandbox.example/e/sandbox/${index}`,
    kind: 'hashedrekord',
    trust: 'trusted',
    time,
    seenAt: time,
    identities: [{ kind: 'email', value: email, exact: email, trust: 'trusted' }],
    issuer: 'https://login.example',
    repository: null,
    digest: { algorithm: 'SHA2_256', value: String(index).repeat(64) },
    certificate: { notBefore: time, notAfter: `${exampleDay}T14:1${index}:00.000Z` },
    claims: {},
    ...more,
  };
}

const otherLogin = 'https://other-login.example';
const signings: readonly Signing[] = [
  signing(3, sandboxNames.unexpected, { issuer: otherLogin }),
  signing(2, sandboxNames.signed),
  signing(1, sandboxNames.signed),
];
const forgeries: readonly Signing[] = [signing(0, sandboxNames.forged, { trust: 'untrusted' })];
export const completeUpTo = [
  { log: 'sandbox', from: 0, size: 4, time: exampleTime, askedAt: exampleTime, unreadable: 0 },
];

const of = (list: readonly Signing[], name: string | undefined): Signing[] =>
  list.filter(({ identities }) => identities.some(({ value }) => value === name));

const entry =
  (body: (index: number) => object): Example =>
  ({ named }) =>
    named['log'] === 'sandbox' && /^[1-3]$/.test(named['index'] ?? '')
      ? body(Number(named['index']))
      : undefined;

function find(query: URLSearchParams): z.infer<typeof signingsAnswer> {
  const identity = query.get('identity')?.toLowerCase();
  const found = of(query.get('standing') === 'forgery' ? forgeries : signings, identity);
  return {
    signings: found,
    total: found.length,
    forgeries: of(forgeries, identity).length,
    pgpUserIds: null,
    unlisted: false,
    completeUpTo,
    next: null,
  };
}

function picture(value: string): z.infer<typeof identityAnswer> {
  const signed = of(signings, value);
  const hours = signed.map(({ log, index, seenAt }) => ({
    hour: `${seenAt.slice(0, 13)}:00:00.000Z`,
    signatures: 1,
    entry: { log, index },
    firstFrom: index === 3 ? [otherLogin] : [],
    firstBy: [],
    outsideHours: false,
  }));
  return {
    identity: { kind: 'email', value },
    spellings: signed.length === 0 ? [] : [{ exact: value, entries: signed.length }],
    unlisted: false,
    signatures: signed.length,
    forgeries: of(forgeries, value).length,
    pgpUserIds: null,
    unusedCertificates: { total: 0, bounded: false },
    places: signed.length === 0 ? [] : [placeOf(signed)],
    lookAlikes: [],
    rhythm: {
      firstDay: '2026-08-23T00:00:00.000Z',
      activeDays: signed.length === 0 ? 0 : 1,
      habit: 'too-few',
      usualHours: null,
      marks: hours,
    },
    completeUpTo,
  };
}

const placeOf = (signed: readonly Signing[]) => ({
  log: 'sandbox',
  issuer: signed[0]?.issuer ?? '',
  source: '',
  entries: signed.length,
});

const around = (index: number): z.infer<typeof aroundAnswer> => ({
  name: index === 3 ? sandboxNames.unexpected : sandboxNames.signed,
  before: index === 2 ? { log: 'sandbox', index: 1, changes: [] } : null,
  after: index === 1 ? { log: 'sandbox', index: 2 } : null,
});

const proof = (index: number): z.infer<typeof proofAnswer> => ({
  outcome: 'not-checked',
  words: 'the log of the sandbox has no bytes',
  index,
  treeSize: null,
  root: null,
  leafHash: null,
  leaf: null,
  hashes: [],
  checkpoint: null,
});

export const signingExamples: Readonly<Record<string, Example>> = {
  '/api/v1/signings': ({ query }) => find(query),
  '/api/v1/identities': ({ query }) => picture((query.get('identity') ?? '').toLowerCase()),
  '/api/v1/entries': always<z.infer<typeof entriesAnswer>>({
    entries: [{ log: 'sandbox', index: 3, url: 'https://sandbox.example/e/sandbox/3' }],
    completeUpTo,
  }),
  '/api/v1/entries/{log}/{index}': entry((index) => ({
    ...signings.find((one) => one.index === index),
    leafHash: 'ab'.repeat(32),
    otherSigners: [],
  })),
  '/api/v1/entries/{log}/{index}/around': entry(around),
  '/api/v1/entries/{log}/{index}/proof': entry(proof),
  '/api/v1/compare': always<z.infer<typeof compareAnswer>>({
    fields: [
      { name: 'Vouched for by', first: 'https://login.example', second: otherLogin, differs: true },
      { name: 'Kind of entry', first: 'hashedrekord', second: 'hashedrekord', differs: false },
    ],
  }),
  '/api/v1/names': always<z.infer<typeof namesAnswer>>({
    names: [{ value: 'sandbox.example/acme/app', kind: 'repository', entries: 2, lastSeenAt: exampleTime }],
    completeUpTo,
    next: null,
  }),
  '/api/v1/range/{prefix}': ({ named }): z.infer<typeof rangeAnswer> => ({
    prefix: named['prefix'] ?? '',
    names: [['c'.repeat(59), 2, 0]],
    completeUpTo,
    padding: '000',
  }),
};
