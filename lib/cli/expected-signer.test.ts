import { describe, expect, it } from 'vitest';
import { CommandError } from './exit-codes.ts';
import { expectedSigner, type SignerOptions } from './expected-signer.ts';

const issuer = 'https://accounts.example.com';

describe('who must have signed', () => {
  const exact = { kind: 'exact', text: issuer };
  it.each<[SignerOptions, object]>([
    [
      { identity: 'a@b.example', issuer },
      { identity: { kind: 'exact', text: 'a@b.example' }, issuer: exact },
    ],
    [
      { identityDomain: 'b.example', issuer },
      { identity: { kind: 'email-domain', domain: 'b.example' }, issuer: exact },
    ],
    [
      { identityGlob: '*@b.example', issuerGlob: 'https://*' },
      { identity: { kind: 'glob', glob: '*@b.example' }, issuer: { kind: 'glob', glob: 'https://*' } },
    ],
    [
      { identity: 'a@b.example', issuer, claim: ['sourceRepositoryRef=refs/tags/v=1', 'buildTrigger=push'] },
      {
        claims: {
          sourceRepositoryRef: { kind: 'exact', text: 'refs/tags/v=1' },
          buildTrigger: { kind: 'exact', text: 'push' },
        },
      },
    ],
  ])('%o', (options, expected) => {
    expect(expectedSigner(options)).toMatchObject({ kind: 'identity', ...expected });
  });

  it.each<SignerOptions>([
    {},
    { identity: 'a@b.example' },
    { issuer },
    { identity: 'a@b.example', identityGlob: '*', issuer },
    { identity: 'a@b.example', issuer, issuerGlob: '*' },
    { anyone: true, identity: 'a@b.example', issuer },
    { key: 'k', identity: 'a@b.example', issuer },
    { anyone: true, claim: ['buildTrigger=push'] },
    { key: 'k', claim: ['buildTrigger=push'] },
    { identity: 'a@b.example', issuer, claim: ['nothing=1'] },
    { identity: 'a@b.example', issuer, claim: ['buildTrigger'] },
    { identity: 'a@b.example', issuer, claim: ['buildTrigger=a', 'buildTrigger=b'] },
  ])('is refused as %o', (options) => {
    expect(() => expectedSigner(options)).toThrow(CommandError);
  });
});
