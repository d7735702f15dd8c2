/**
 * What GitHub (or a server that speaks as it does) says of whoever just signed in there: who they are, and whether a
 * repository or an organisation is theirs to administer. Each token is used for this and forgotten.
 */
import * as client from 'openid-client';
import { z } from 'zod';

export interface GitHubPlace {
  readonly url: string;
  readonly apiurl: string;
}

/** Numbers stay when a name changes hands. */
export type Administered =
  | { readonly isAdmin: true; readonly bound: { readonly repositoryId?: string; readonly ownerId: string } }
  | { readonly isAdmin: false; readonly said: string };

const number = z.int().positive().transform(String);
const user = z.object({ id: number, login: z.string().max(100) });
const repository = z.object({
  id: number,
  full_name: z.string(),
  owner: z.object({ id: number }),
  permissions: z.object({ admin: z.boolean() }).optional(),
});
const membership = z.object({
  state: z.string(),
  role: z.string(),
  organization: z.object({ id: number, login: z.string() }),
});

const largestAnswer = 256 * 1024;

export interface GitHub {
  readonly configuration: client.Configuration;
  readonly place: GitHubPlace;
  readonly token: string;
}

export async function readUser(gitHub: GitHub): Promise<{ id: string; login: string }> {
  const read = user.safeParse((await ask(gitHub, 'user')).json);
  if (!read.success) throw new TypeError('the provider did not say who signed in');
  return read.data;
}

/** `path`: owner and name of a repository, or an owner alone. */
export async function administers(gitHub: GitHub, path: readonly string[]): Promise<Administered> {
  const [owner = '', name] = path;
  return name === undefined ? ownsOrganisation(gitHub, owner) : ownsRepository(gitHub, owner, name);
}

async function ownsRepository(gitHub: GitHub, owner: string, name: string): Promise<Administered> {
  const { status, json } = await ask(
    gitHub,
    `repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`,
  );
  const read = repository.safeParse(json);
  if (status !== 200 || !read.success) return no('the repository was not found with that login');
  // A renamed repository may be answered for under its old name.
  if (read.data.full_name.toLowerCase() !== `${owner}/${name}`.toLowerCase())
    return no('the repository has another name by now');
  if (read.data.permissions?.admin !== true)
    return no('whoever signed in does not administer the repository');
  return { isAdmin: true, bound: { repositoryId: read.data.id, ownerId: read.data.owner.id } };
}

async function ownsOrganisation(gitHub: GitHub, owner: string): Promise<Administered> {
  const person = await readUser(gitHub);
  if (person.login.toLowerCase() === owner.toLowerCase())
    return { isAdmin: true, bound: { ownerId: person.id } };
  const { status, json } = await ask(gitHub, `user/memberships/orgs/${encodeURIComponent(owner)}`);
  const read = membership.safeParse(json);
  if (status !== 200 || !read.success)
    return no('whoever signed in is not in the organisation, or it lets no apps see that');
  const { state, role, organization } = read.data;
  if (organization.login.toLowerCase() !== owner.toLowerCase())
    return no('the organisation has another name by now');
  if (state !== 'active' || role !== 'admin')
    return no('whoever signed in does not administer the organisation');
  return { isAdmin: true, bound: { ownerId: organization.id } };
}

function no(said: string): Administered {
  return { isAdmin: false, said };
}

async function ask(
  { configuration, place, token }: GitHub,
  path: string,
): Promise<{ status: number; json: unknown }> {
  const headers = new Headers({ accept: 'application/vnd.github+json', 'user-agent': 'sigwatch' });
  const url = new URL(`${place.apiurl}/${path}`);
  const response = await client.fetchProtectedResource(configuration, token, url, 'GET', null, headers);
  const text = await response.text();
  try {
    return { status: response.status, json: JSON.parse(text) };
  } catch {
    return { status: response.status, json: undefined };
  }
}

/** Only the two places that the operator named, no redirect, no endless answer. */
export function fetchOf({ url, apiurl }: GitHubPlace): client.CustomFetch {
  const origins = new Set([new URL(url).origin, new URL(apiurl).origin]);
  return async (asked, options) => {
    if (!origins.has(new URL(asked).origin)) throw new TypeError('not a place of this provider');
    const response = await fetch(asked, { ...options, redirect: 'manual' } as RequestInit);
    return new Response(await bounded(response), { status: statusOf(response), headers: response.headers });
  };
}

/** A redirect leads to where nobody configured: an answer like any that is not the one asked for. */
function statusOf({ status }: Response): number {
  return status >= 300 && status < 400 ? 502 : status;
}

async function bounded(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > largestAnswer) throw new TypeError('the answer is too long');
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}
