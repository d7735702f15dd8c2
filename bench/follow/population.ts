/**
 * Who signs in the log that is followed, roughly as in the public one: mostly pipelines, which sign again and again, some
 * people. A few sign often and most seldom: the chance of the n-th falls as 1/n.
 */
import { createHash } from 'node:crypto';
import type { Signer } from './authority.ts';

export const repositories = 20_000;
export const people = 10_000;

export const emailOf = (person: number): string => `person${person}@team${person % 997}.example.com`;
export const repositoryOf = (number: number): string => `acme${number % 1500}/project-${number}`;

/** 0 .. count-1, small numbers often. `chance` is in [0, 1). */
function ranked(chance: number, count: number): number {
  return Math.min(Math.floor(Math.exp(chance * Math.log(count + 1)) - 1), count - 1);
}

export function signerOf(random: () => number, serial: number): Signer {
  if (random() < 0.25) {
    const issuer = random() < 0.5 ? 'https://github.com/login/oauth' : 'https://accounts.google.com';
    const email = emailOf(ranked(random(), people));
    return { email, claims: { issuerV1: issuer, issuer } };
  }
  const number = ranked(random(), repositories);
  const name = repositoryOf(number);
  const ref = random() < 0.6 ? 'refs/heads/main' : `refs/tags/v${number % 9}.${serial % 20}.0`;
  return pipelineOf(name, number, ref, serial);
}

function pipelineOf(name: string, number: number, ref: string, serial: number): Signer {
  const issuer = 'https://token.actions.githubusercontent.com';
  const repository = `https://github.com/${name}`;
  const uri = `${repository}/.github/workflows/release.yml@${ref}`;
  const sha = createHash('sha1').update(`${number} ${serial}`).digest('hex');
  return {
    uri,
    claims: {
      issuerV1: issuer,
      githubWorkflowTrigger: 'push',
      githubWorkflowSha: sha,
      githubWorkflowName: 'Release',
      githubWorkflowRepository: name,
      githubWorkflowRef: ref,
      issuer,
      buildSignerUri: uri,
      buildSignerDigest: sha,
      runnerEnvironment: 'github-hosted',
      sourceRepositoryUri: repository,
      sourceRepositoryDigest: sha,
      sourceRepositoryRef: ref,
      sourceRepositoryIdentifier: String(500_000_000 + number),
      sourceRepositoryOwnerUri: repository.slice(0, repository.lastIndexOf('/')),
      sourceRepositoryOwnerIdentifier: String(9_000_000 + (number % 1500)),
      buildConfigUri: uri,
      buildConfigDigest: sha,
      buildTrigger: 'push',
      runInvocationUri: `${repository}/actions/runs/${10_000_000_000 + serial}/attempts/1`,
      sourceRepositoryVisibilityAtSigning: 'public',
    },
  };
}

/** The same numbers every time (xorshift32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
