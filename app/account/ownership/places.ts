/** Where a challenge is published, and what it looks like there. Shown to people, and read by the checks. */
import type { Owned } from './owned.ts';

export const proofFile = '.well-known/sigwatch-proof.txt';
const repositoryFile = '.github/sigwatch-proof.txt';

export function proofLine(challenge: string): string {
  return `sigwatch-proof=${challenge}`;
}

export function txtName(domain: string): string {
  return `_sigwatch-challenge.${domain}`;
}

export const roleMailboxes = [
  'security',
  'admin',
  'administrator',
  'hostmaster',
  'postmaster',
  'webmaster',
] as const;

/** Raw files of the default branch, by host. `{path}` is owner and name. */
export type RepositoryHosts = Readonly<Record<string, string>>;

export const knownHosts: RepositoryHosts = {
  'github.com': 'https://raw.githubusercontent.com/{path}/HEAD/{file}',
  'gitlab.com': 'https://gitlab.com/{path}/-/raw/HEAD/{file}',
  'codeberg.org': 'https://codeberg.org/{path}/raw/{file}',
};

export interface RepositoryPlace {
  /** `host/owner/name` of the repository that holds the file. */
  readonly repository: string;
  readonly file: string;
  /** Undefined for a host that nobody configured. */
  readonly url: string | undefined;
}

/** Of an organisation: its repository `.github`. Of a workflow: the repository it is in. */
export function repositoryPlace({ kind, value }: Owned, hosts: RepositoryHosts): RepositoryPlace {
  const [host = '', owner = '', name = ''] = value.split('/');
  const path = `${owner}/${kind === 'organisation' ? '.github' : name}`;
  const url = Object.hasOwn(hosts, host)
    ? hosts[host]?.replace('{path}', path).replace('{file}', repositoryFile)
    : undefined;
  return { repository: `${host}/${path}`, file: repositoryFile, url };
}
