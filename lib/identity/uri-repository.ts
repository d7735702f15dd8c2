/**
 * The repository that a URI stands in, so that whoever asks for a repository finds a certificate that names it in the
 * address of a workflow alone: a forger need not add the extensions that say it apart.
 */

/** A forge where the first two segments of every path are owner and repository. */
const flatForges: ReadonlySet<string> = new Set(['github.com', 'codeberg.org', 'bitbucket.org']);

/** `host/path`, to be normalised as a repository; undefined when the URI is of nothing such. */
export function repositoryOfUri(uri: string): string | undefined {
  const [, authority = '', path = ''] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)\/([^?#]*)/i.exec(uri) ?? [];
  // Who logs in there, and through which port, is no part of the name.
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/(?::\d*)?$/, '');
  const name = pathOf(host.toLowerCase().replace(/^www\./, ''), path);
  return host === '' || name === undefined ? undefined : `${host}/${name}`;
}

function pathOf(host: string, path: string): string | undefined {
  // What comes after `@` is a ref.
  const [place = ''] = path.split('@');
  // GitLab parts the project, in however many groups, from the file by an empty segment; its pages by `/-/`.
  const project =
    /^(.+?)(?:\/\/|\/-\/)/.exec(place)?.[1] ?? /^(.+?)\/\.[a-z]+\/workflows\//i.exec(place)?.[1];
  const segments = (project ?? place).replace(/\/+$/, '').split('/');
  if (segments.length < 2 || segments.includes('')) return undefined;
  if (flatForges.has(host)) return segments.slice(0, 2).join('/');
  return project !== undefined || segments.length === 2 ? segments.join('/') : undefined;
}
