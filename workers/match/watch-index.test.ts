import { describe, expect, it } from 'vitest';
import type { WatchKind } from '#lib/identity/watch-target.ts';
import { WatchIndex, type Named } from './watch-index.ts';
import type { Watch } from './watch.ts';

const watch = (kind: WatchKind, value: string, proven = false): Watch => ({
  id: `${kind} ${value}`,
  kind,
  value,
  proven,
});
const named = (kind: string, value: string, issuer?: string): Named => ({ kind, value, issuer });
const release = 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1';
const issuer = 'https://token.actions.githubusercontent.com';

const cases: [Watch, Named, boolean][] = [
  [watch('email', 'dev@example.com'), named('email', 'dev@example.com'), true],
  [watch('email', 'dev@example.com'), named('email', 'dev@example.com.evil.org'), false],
  [watch('domain', 'example.com', true), named('email', 'anyone@example.com'), true],
  [watch('domain', 'example.com', true), named('email', 'anyone@sub.example.com'), false],
  [watch('domain', '.example.com', true), named('email', 'anyone@sub.example.com'), true],
  [watch('domain', 'example.com', true), named('email', 'anyone@notexample.com'), false],
  [watch('domain', 'example.com'), named('email', 'anyone@example.com'), false],
  [watch('organisation', 'github.com/acme'), named('repository', 'github.com/acme/app'), true],
  [watch('organisation', 'github.com/acme'), named('uri', release), true],
  [watch('organisation', 'github.com/acme'), named('repository', 'github.com/acme-evil/app'), false],
  [watch('workflow', 'github.com/acme/app/.github/workflows/release.yml'), named('uri', release), true],
  [
    watch('workflow', 'github.com/acme/app/.github/workflows/release.yml'),
    named('uri', `${release}l`.replace('.yml@', '.yml2@')),
    false,
  ],
  [watch('uri-prefix', 'https://gitlab.com/group'), named('uri', 'https://gitlab.com/group/x//a@b'), true],
  [watch('uri-prefix', 'https://gitlab.com/group'), named('uri', 'https://gitlab.com/group2/x'), false],
  [
    watch('uri-prefix', 'https://gitlab.com/group'),
    named('uri', 'https://evil.org/?https://gitlab.com/group'),
    false,
  ],
  [watch('uri-prefix', 'https://ci.example.com/acme/'), named('uri', 'https://ci.example.com/acme/x'), true],
  [
    watch('uri-prefix', 'https://ci.example.com/acme/'),
    named('uri', 'https://ci.example.com/acme2/x'),
    false,
  ],
  [watch('uri-prefix', 'https://ci.example.com/acme/'), named('uri', 'https://ci.example.com/acme@x'), false],
  [watch('uri-prefix', 'https://github.com/acme/app/.github/'), named('uri', release), true],
  [watch('uri-prefix', `${release.slice(0, release.indexOf('v1'))}`), named('uri', release), true],
  [watch('uri-prefix', `${release.slice(0, release.indexOf('/v1'))}`), named('uri', release), true],
  [watch('uri-prefix', release.replace('tags/v1', 'heads/')), named('uri', release), false],
  [watch('uri-prefix', 'spiffe://example.com/ci/'), named('uri', 'spiffe://example.com/ci/release'), true],
  [
    watch('uri-pattern', 'https://github.com/acme/*/.github/workflows/release.yml@refs/tags/*'),
    named('uri', release),
    true,
  ],
  [
    watch('uri-pattern', 'https://github.com/acme/*/.github/workflows/release.yml@refs/heads/*'),
    named('uri', release),
    false,
  ],
  [watch('uri-pattern', 'https://github.com/acme/*'), named('uri', release), false],
  [
    watch('workflow', `github.com/acme/app/.github/workflows/release.yml@refs/tags/v*`),
    named('uri', release),
    true,
  ],
  [
    watch('workflow', `github.com/acme/app/.github/workflows/release.yml@refs/heads/*`),
    named('uri', release),
    false,
  ],
  [watch('issuer-subject', `${issuer} ${release}`), named('uri', release, issuer), true],
  [watch('issuer-subject', `${issuer} ${release}`), named('uri', release, 'https://evil.org'), false],
  [watch('issuer-subject', `${issuer} ${release}`), named('uri', release), false],
  [watch('digest', `sha256:${'ab'.repeat(32)}`), named('digest', `sha256:${'ab'.repeat(32)}`), true],
  // What a statement is about, and the envelope around it.
  [watch('digest', `sha256:${'ab'.repeat(32)}`), named('artifact', `sha256:${'ab'.repeat(32)}`), true],
  [watch('digest', `sha256:${'ab'.repeat(32)}`), named('artifact', `sha256:${'cd'.repeat(32)}`), false],
  [watch('key', 'ab'.repeat(32)), named('key', 'ab'.repeat(32)), true],
];

describe('a watch', () => {
  it.each(cases)('%o, and the name %o: %s', (watched, name, matches) => {
    const index = new WatchIndex([watched]);
    expect(index.watchersOf(name).length > 0).toBe(matches);
  });

  it.each(cases.filter(([, , matches]) => matches))('%o is gone when it is removed', (watched, name) => {
    const other = { ...watched, id: 'other' };
    const index = new WatchIndex([watched, other]);
    index.remove(watched.id);
    expect(index.watchersOf(name).map(({ id }) => id)).toEqual(['other']);
    index.remove('other');
    expect(index.watchersOf(name)).toEqual([]);
    expect(index.size).toBe(0);
  });

  it('of a domain matches from the moment its owner has proven to be it, until no longer', () => {
    const domain = watch('domain', 'example.com');
    const index = new WatchIndex([domain]);
    const count = () => index.watchersOf(named('email', 'x@example.com')).length;
    expect(count()).toBe(0);
    index.put({ ...domain, proven: true });
    expect(count()).toBe(1);
    index.put(domain);
    expect(count()).toBe(0);
  });

  it('is found in bytes wherever it stands, whatever touches it, and only there', () => {
    const index = new WatchIndex([watch('email', 'dev@example.com'), watch('domain', 'example.com', true)]);
    const ids = (text: string) =>
      index
        .namedIn(text)
        .map(({ id }) => id)
        .sort();
    const both = ['domain example.com', 'email dev@example.com'];
    expect(ids('0dev@example.com0')).toEqual(both);
    expect(ids('dev@example.com')).toEqual(both);
    expect(ids('eve@example.com!')).toEqual(['domain example.com']);
    expect(ids('dev@example.co')).toEqual([]);
  });
});
