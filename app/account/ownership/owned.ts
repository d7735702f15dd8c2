/** What a team proved to own. Proof of a domain covers its addresses; of an organisation its repositories and workflows. */
import type { Dependencies } from '../../dependencies.ts';
import { teamIds, type Caller } from '../caller.ts';
import { AccountError } from '../account-error.ts';
import { isPublicSuffix } from './public-suffix.ts';

export interface Owned {
  readonly kind: 'email' | 'domain' | 'repository' | 'organisation' | 'workflow' | 'login';
  readonly value: string;
}

/** Everything a proof of which would do for this name, as kinds of lib/identity/watch-target.ts spell it. */
export function proofsThatDo(kind: string, value: string): Owned[] {
  switch (kind) {
    case 'email':
      return [{ kind: 'email', value }, ...domainsAbove(value.slice(value.lastIndexOf('@') + 1))];
    case 'domain':
    case 'dns':
      return domainsAbove(value.replace(/^\./, ''));
    case 'organisation':
      return [{ kind: 'organisation', value }];
    case 'issuer-subject':
      return [{ kind: 'login', value }];
    case 'repository':
    case 'workflow':
    case 'uri':
    case 'uri-prefix':
      return ofRepository(value);
    default:
      return [];
  }
}

/** A suffix that strangers share does for nothing, whoever proved it before it was listed as one. */
function domainsAbove(domain: string): Owned[] {
  const labels = domain.split('.');
  return labels
    .map((_, at) => labels.slice(at).join('.'))
    .filter((value) => !isPublicSuffix(value))
    .map((value) => ({ kind: 'domain', value }));
}

/** `host/owner/name/...`, with or without a scheme; what stands after the repository may be a workflow and its ref. */
function ofRepository(value: string): Owned[] {
  const [host, owner, name, ...rest] = value.replace(/^https:\/\//, '').split('/');
  if (host === undefined || owner === undefined || name === undefined || owner === '' || name === '')
    return [];
  const repository = `${host}/${owner}/${name}`.toLowerCase();
  const path = rest.join('/').split('@')[0] ?? '';
  return [
    ...(path === '' ? [] : [{ kind: 'workflow', value: `${repository}/${path}` } as const]),
    { kind: 'repository', value: repository },
    { kind: 'organisation', value: `${host}/${owner}`.toLowerCase() },
  ];
}

/** The teams of the caller that proved to own this name; empty for none. */
export async function owningTeams(
  { sql }: Pick<Dependencies, 'sql'>,
  candidates: readonly string[],
  name: { readonly kind: string; readonly value: string },
): Promise<string[]> {
  const proofs = proofsThatDo(name.kind, name.value);
  if (proofs.length === 0 || candidates.length === 0) return [];
  const rows = await sql<{ team_id: string }[]>`
    SELECT DISTINCT ownership.team_id FROM account_ownership ownership
    JOIN unnest(${proofs.map(({ kind }) => kind)}::text[], ${proofs.map(({ value }) => value)}::text[])
      AS proof (kind, value) ON proof.kind = ownership.kind AND proof.value = ownership.value
    WHERE ownership.ended_at IS NULL AND ownership.proven_at IS NOT NULL
      AND ownership.team_id = ANY(${candidates as string[]}::uuid[])`;
  return rows.map(({ team_id: id }) => id);
}

/** The number that its host gave a repository, by the newest proof of the team that knows it; it outlives a new name. */
export async function provenRepositoryId(
  { sql }: Pick<Dependencies, 'sql'>,
  teamId: string,
  repository: string,
): Promise<string | undefined> {
  const [row] = await sql<{ number: string }[]>`
    SELECT bound->>'repositoryId' AS number FROM account_ownership
    WHERE team_id = ${teamId} AND ended_at IS NULL AND proven_at IS NOT NULL
      AND (kind = 'repository' AND value = ${repository}
        OR kind = 'workflow' AND starts_with(value, ${`${repository}/`}))
      AND bound->>'repositoryId' ~ '^[0-9]{1,20}$'
    ORDER BY proven_at DESC LIMIT 1`;
  return row?.number;
}

/** The team on whose proof the caller, an owner of it, acts. Throws where there is none. */
export async function requireOwned(
  deps: Pick<Dependencies, 'sql'>,
  caller: Caller,
  name: { readonly kind: string; readonly value: string },
): Promise<string> {
  const [teamId] = await owningTeams(deps, teamIds(caller, 'owner'), name);
  if (teamId === undefined)
    throw new AccountError(
      'forbidden',
      'This is for whoever proved to own the name. You can prove it under Ownership.',
    );
  return teamId;
}
