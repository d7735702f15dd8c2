import { describe, expect, it } from 'vitest';
import { claimsToIdentity } from './claims-to-identity.ts';
import { parseIssuers } from './issuers-file.ts';
import { TokenError } from './token-error.ts';
import { workflowClaims } from '#tests/harness/workflow-claims.ts';

const url = 'https://id.example';

function isAllowed(entry: object, claims: Record<string, unknown>): boolean {
  const { listed } = parseIssuers(
    JSON.stringify({ OIDCIssuers: { [url]: { ClientID: 'x', ...entry } } }),
    'file',
  );
  const [issuer] = listed;
  if (issuer === undefined) throw new Error('no issuer');
  try {
    claimsToIdentity({ issuer, claims: { sub: 'subject', ...claims } });
    return true;
  } catch (error) {
    if (error instanceof TokenError && error.code === 'identity-not-allowed') return false;
    throw error;
  }
}

const person = (email: string, more: object = {}) => ({ email, email_verified: true, ...more });
const run = (more: object = {}) => workflowClaims(more);

describe('of a CI provider', () => {
  const ci = (Allow: object) => ({ Type: 'github-workflow', Allow });

  it.each([
    ['its organization', { Organizations: ['x', 'O'] }, {}, true],
    ['another organization', { Organizations: ['x'] }, {}, false],
    ['an organization whose name begins the same', { Organizations: ['o'] }, { repository: 'oo/r' }, false],
    ['its repository', { Repositories: ['o/R'] }, {}, true],
    ['another repository of the organization', { Repositories: ['o/r'] }, { repository: 'o/r2' }, false],
    [
      'a repository that only calls an allowed workflow',
      { Repositories: ['o/r'] },
      { repository: 'x/y' },
      false,
    ],
    // A group may be called like a host; a rule is about paths, so that it cannot be met by such a name.
    ['a group called like the host', { Repositories: ['o/r'] }, { repository: 'github.com/o/r' }, false],
    ['one claim', { Claims: { ref: ['refs/heads/main'], run_id: ['7'] } }, {}, true],
    ['a claim of another value', { Claims: { ref: ['refs/heads/main'] } }, { ref: 'refs/heads/evil' }, false],
    ['a claim that is not there', { Claims: { constructor: ['x'] } }, {}, false],
    ['both of two rules', { Organizations: ['o'], Claims: { ref: ['refs/heads/main'] } }, {}, true],
    ['one of two rules', { Organizations: ['o'], Repositories: ['o/x'] }, {}, false],
  ])('%s', (_, rules, claims, allowed) => {
    expect(isAllowed(ci(rules), run(claims))).toBe(allowed);
  });
});

describe('of people', () => {
  const people = (Allow: object) => ({ Type: 'email', Allow });

  it.each([
    ['a domain', { Domains: ['Example.com'] }, 'ada@example.COM', true],
    ['another domain', { Domains: ['example.com'] }, 'ada@example.com.evil.test', false],
    ['a domain below', { Domains: ['example.com'] }, 'ada@sub.example.com', false],
    ['a domain below one with a star', { Domains: ['*.example.com'] }, 'ada@sub.example.com', true],
    ['the domain of the star itself', { Domains: ['*.example.com'] }, 'ada@example.com', false],
    ['a domain that ends like it', { Domains: ['*.example.com'] }, 'ada@badexample.com', false],
    ['an address', { Identities: ['ada@example.com'] }, 'ada@example.com', true],
    ['another address', { Identities: ['ada@example.com'] }, 'eve@example.com', false],
  ])('%s', (_, rules, email, allowed) => {
    expect(isAllowed(people(rules), person(email))).toBe(allowed);
  });

  it('a group of theirs', () => {
    const rules = people({ Groups: ['release', 'security'] });
    expect(isAllowed(rules, person('a@b.example', { groups: ['staff', 'release'] }))).toBe(true);
    expect(isAllowed(rules, person('a@b.example', { groups: ['staff'] }))).toBe(false);
    expect(isAllowed(rules, person('a@b.example', { groups: [['release']] }))).toBe(false);
    expect(isAllowed(rules, person('a@b.example'))).toBe(false);
  });

  it('a rule about repositories is never met by a person', () => {
    expect(isAllowed(people({ Organizations: ['o'] }), person('a@b.example'))).toBe(false);
  });
});

it.each([
  ['misspelt', { Organisations: ['o'] }],
  ['without a value', { Repositories: [] }],
  ['of another shape', { Domains: 'example.com' }],
])('a rule %s stops the file instead of allowing everybody', (_, Allow) => {
  expect(() => isAllowed({ Type: 'email', Allow }, person('a@b.example'))).toThrow(/ISSUERS_FILE/);
});
