import { expect, it } from 'vitest';
import type { Signing } from '../signings/signing.ts';
import { compareFields } from './fields.ts';

const signing: Signing = {
  log: 'rekor',
  index: 1,
  seenAt: '2026-11-20T10:00:00.000Z',
  kind: 'hashedrekord',
  trust: 'trusted',
  digest: { algorithm: 'SHA2_256', value: 'ab' },
  issuer: 'https://a.example',
  notBefore: null,
  notAfter: null,
  serial: null,
  source: null,
  claims: { githubWorkflowRef: 'refs/heads/main', sourceRepositoryRef: 'refs/tags/v1' },
  identities: [{ kind: 'email', value: 'a@b.example', exact: 'a@b.example', trust: 'trusted' }],
};

it('names each field once, in one order, and a field that only one has', () => {
  const other = { ...signing, claims: { runnerEnvironment: 'self-hosted' }, serial: '01' };
  const fields = compareFields(signing, other);
  const differing = fields.filter(({ first, second }) => first !== second);
  expect(differing).toEqual([
    { name: 'Branch or tag', first: 'refs/tags/v1', second: undefined },
    { name: 'Runner', first: undefined, second: 'self-hosted' },
    { name: 'Serial', first: undefined, second: '01' },
  ]);
  expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
});

it('never says of a forged entry that somebody vouched for it', () => {
  const claims = { tokenSubject: 'a@b.example' };
  const fields = compareFields({ ...signing, claims }, { ...signing, claims, trust: 'untrusted' });
  const of = (word: string) => fields.filter(({ name }) => name.includes(word));
  expect(of('ouched')).toEqual([
    { name: 'Vouched for by', first: 'https://a.example', second: undefined },
    { name: 'Claims to be vouched for by', first: undefined, second: 'https://a.example' },
  ]);
  expect(of('ogin').map(({ first, second }) => [first, second])).toEqual([
    ['a@b.example', undefined],
    [undefined, 'a@b.example'],
  ]);
});
