/**
 * A proof that a build run gives by itself: its ID token, for an audience that holds the team's challenge. Such a token
 * opens nothing elsewhere. Believed are the issuers of builds that the authority lists, each with its own keys.
 */
import { createLocalJWKSet, decodeJwt, errors, jwtVerify, type JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { AccountError } from '../account-error.ts';
import type { Bound, Ownership } from './store.ts';

export type CiIssuerType = 'github-workflow' | 'gitlab-pipeline';

export interface CiIssuer {
  readonly type: CiIssuerType;
  readonly keys: JSONWebKeySet;
}

/** Undefined for an issuer that the authority does not list as one of builds: it is never asked for anything. */
export type CiIssuers = (issuer: string) => Promise<CiIssuer | undefined>;

const prefix = 'sigwatch-ownership:';
const longestToken = 16_384;
const text = z.string().min(1).max(2048);
const gitHub = z.object({
  repository: text,
  repository_id: text,
  repository_owner: text,
  repository_owner_id: text,
  workflow_ref: text,
  event_name: text,
  ref: text,
});
const gitLab = z.object({
  project_path: text,
  project_id: text,
  namespace_id: text,
  ci_config_ref_uri: text,
  pipeline_source: text,
});

export function audienceOf(challenge: string): string {
  return `${prefix}${challenge}`;
}

export interface CiRun {
  readonly challenge: string;
  readonly repository: string;
  readonly workflow: string;
  readonly bound: Bound;
}

/** Throws AccountError for every token that proves nothing. */
export async function readCiToken(issuers: CiIssuers, token: string): Promise<CiRun> {
  const refuse = (why: string): never => {
    throw new AccountError('invalid', why);
  };
  if (token.length > longestToken || token.split('.').length !== 3) return refuse('That is not an ID token.');
  const claimed = unverified(token);
  if (claimed.iss === undefined || claimed.audience?.startsWith(prefix) !== true)
    return refuse('The token is not for a proof of ownership here: its audience must be the one shown.');
  const issuer = await issuers(claimed.iss);
  if (issuer === undefined) return refuse('Builds of that issuer are not known here.');
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(issuer.keys), {
      issuer: claimed.iss,
      audience: claimed.audience,
      algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384'],
      requiredClaims: ['exp', 'iat', 'sub'],
      maxTokenAge: '1h',
      clockTolerance: 60,
    });
    return {
      challenge: claimed.audience.slice(prefix.length),
      ...readRun(issuer.type, claimed.iss, payload),
    };
  } catch (error) {
    // By name as well: the bundle has a copy of its own of every class.
    if (
      error instanceof errors.JOSEError ||
      (error as Error).name.startsWith('JWT') ||
      error instanceof z.ZodError
    )
      return refuse('The token does not verify, or says too little of the run.');
    throw error;
  }
}

function unverified(token: string): { iss?: string; audience?: string } {
  try {
    const { iss, aud } = decodeJwt(token);
    return {
      ...(typeof iss === 'string' ? { iss } : {}),
      ...(typeof aud === 'string' ? { audience: aud } : {}),
    };
  } catch {
    return {};
  }
}

/** Only what people with write access start: a build of what others propose runs what others wrote. */
function readRun(type: CiIssuerType, issuer: string, payload: unknown): Omit<CiRun, 'challenge'> {
  const refuse = (): never => {
    throw new AccountError(
      'invalid',
      'Start it from a branch or tag of the repository itself: a push, a schedule, or by hand.',
    );
  };
  if (type === 'github-workflow') {
    const run = gitHub.parse(payload);
    const isOwn = ['push', 'workflow_dispatch', 'schedule', 'release', 'create'].includes(run.event_name);
    if (!isOwn || !/^refs\/(?:heads|tags)\//.test(run.ref)) return refuse();
    return {
      repository: `github.com/${run.repository}`.toLowerCase(),
      workflow: workflowOf(`github.com/${run.workflow_ref}`),
      bound: { repositoryId: run.repository_id, ownerId: run.repository_owner_id },
    };
  }
  const run = gitLab.parse(payload);
  if (!['push', 'web', 'schedule', 'api'].includes(run.pipeline_source)) return refuse();
  const { host } = new URL(issuer);
  return {
    repository: `${host}/${run.project_path}`.toLowerCase(),
    workflow: workflowOf(run.ci_config_ref_uri),
    bound: { repositoryId: run.project_id, ownerId: run.namespace_id },
  };
}

/** Host, owner and name compare without case, the path of the file as it is (normalise.ts). */
function workflowOf(reference: string): string {
  const [path = ''] = reference.replace(/^https:\/\//, '').split('@');
  const [host = '', owner = '', name = '', ...file] = path.split('/');
  return [host.toLowerCase(), owner.toLowerCase(), name.toLowerCase(), ...file].join('/');
}

/** Whether that run speaks for what is to be proved, under the numbers that may be bound already. */
export function provesByRun({ kind, value, bound }: Ownership, run: CiRun): boolean {
  if (bound.repositoryId !== undefined && bound.repositoryId !== run.bound.repositoryId) return false;
  if (bound.ownerId !== undefined && bound.ownerId !== run.bound.ownerId) return false;
  if (kind === 'repository') return value === run.repository;
  return kind === 'workflow' && value === run.workflow;
}
