import { expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { factsSchema, type Facts } from './facts.ts';

const routine: Facts = factsSchema.parse({
  identity: 'dev@example.com',
  identityKind: 'email',
  logId: 'rekor2-00000000',
  logName: 'log.example',
  event: 'signature',
  index: '7',
  seenAt: '2026-11-23T12:00:00.000Z',
  trust: 'trusted',
  issuer: 'https://accounts.example.com',
  digest: 'ab',
  digestAlgorithm: 'SHA2_256',
  certificate: { notBefore: '2026-11-23T12:00:00.000Z', notAfter: '2026-11-23T12:10:00.000Z', serial: '01' },
  claims: {},
  source: null,
  firstForIdentity: false,
  firstForIssuer: false,
  firstForSource: false,
});

it.each<[string, Partial<Facts>, string, string[]]>([
  ['a routine signature', {}, 'notable', ['watched-identity']],
  [
    'the first signature',
    { firstForIdentity: true, firstForIssuer: true, firstForSource: true },
    'unexpected',
    ['first-signature'],
  ],
  ['another issuer', { firstForIssuer: true, firstForSource: true }, 'unexpected', ['first-issuer']],
  [
    'another repository',
    { source: 'github.com/evil/app', firstForSource: true },
    'unexpected',
    ['first-repository'],
  ],
  ['no repository at all', { firstForSource: true }, 'notable', ['watched-identity']],
  [
    'a forged certificate',
    { trust: 'untrusted', firstForIdentity: true },
    'contradiction',
    ['untrusted-certificate'],
  ],
  [
    'an entry that does not read',
    { trust: 'unparsable', firstForIdentity: true },
    'unexpected',
    ['unreadable-entry'],
  ],
  ['a bare key', { trust: 'none' }, 'notable', ['bare-key']],
  ['a certificate nobody used', { event: 'issuance' }, 'unexpected', ['certificate-not-used']],
  [
    'a forged certificate nobody used',
    { event: 'issuance', trust: 'untrusted' },
    'contradiction',
    ['untrusted-certificate', 'certificate-not-used'],
  ],
])('%s', (_, change, verdict, names) => {
  const evaluation = evaluate({ ...routine, ...change });
  expect(evaluation.verdict).toBe(verdict);
  expect(evaluation.reasons.map(({ rule }) => rule)).toEqual(names);
});
