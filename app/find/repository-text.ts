/** Repositories and workflows as they stand in an address bar, in a clone command, or in a sentence. */
import { normalise, type Identity } from '#lib/identity/normalise.ts';
import { repositoryOfUri } from '#lib/identity/uri-repository.ts';

/**
 * GitHub's owner and name, with nothing to say that it is GitHub. GitHub has them in ASCII; a forger may write any letters
 * into a certificate, and whoever copies them from there means that name.
 */
const short =
  /^[\p{L}\p{N}][\p{L}\p{M}\p{N}-]{0,38}\/(?!\.{1,2}$)(?:[\p{L}\p{M}\p{N}_.-]|%[0-9a-f]{2}){1,100}$/iu;
/** How Git writes a place that SSH reaches. */
const scp = /^(?:[\w.-]+@)((?:[a-z0-9-]+\.)+[a-z]{2,}):([^\s:@?#]+\/[^\s:@?#]+)$/i;

export function readRepositoryText(text: string): Identity | undefined {
  if (short.test(text) && !/\/\d+$/.test(text)) return normalise('repository', `github.com/${text}`)[0];
  const [, host, path] = scp.exec(text) ?? [];
  if (host !== undefined) return normalise('repository', `${host}/${path}`)[0];
  const [, rest] = /^(?:git\+|git:|ssh:)(?:https?:|ssh:)?\/\/(.+)$/i.exec(text) ?? [];
  const name = rest === undefined ? undefined : repositoryOfUri(`https://${rest}`);
  return name === undefined ? undefined : normalise('repository', name)[0];
}

/** `acme/2048` is an entry only where a log has that name. */
export function repositoryOfEntry(log: string, index: string): Identity | undefined {
  return short.test(`${log}/${index}`) ? normalise('repository', `github.com/${log}/${index}`)[0] : undefined;
}

const workflowPlace =
  /^(?:https?:\/\/)?(?:(github\.com)\/)?([a-z0-9][a-z0-9-]*\/[\w.-]+)\/(?:(?:blob|tree|raw|edit)\/[^\s@]+?\/)?(?:(\.github\/workflows)|actions\/workflows)\/([^\s/@?#]+\.ya?ml)(@\S+)?(?:[?#]\S*)?$/i;

/** The address that certificates have for a file of GitHub's workflows; without a ref, it ends where one would follow. */
export function readWorkflowText(
  text: string,
): { readonly uri: string; readonly isAtRef: boolean } | undefined {
  const [, , repository, , file, ref = ''] = workflowPlace.exec(text) ?? [];
  if (repository === undefined || file === undefined) return undefined;
  const uri = `https://github.com/${repository}/.github/workflows/${file}${ref === '' ? '@' : ref}`;
  return { uri: normalise('uri', uri)[0]?.value ?? uri, isAtRef: ref.length > 1 };
}

/** A file of GitHub's workflows, of which repository is not said. */
export function isBareWorkflow(text: string): boolean {
  return /^\/?\.github\/workflows\/[^\s/@?#]+\.ya?ml(?:@\S*)?$/i.test(text);
}

/** A page within a repository: whoever copies it means the repository. A ref behind `@` makes it the name of a signer. */
export function repositoryOfPage(text: string): Identity | undefined {
  if (!/^https?:\/\//i.test(text) || text.includes('@')) return undefined;
  const path = text.replace(/^[^?#]*\/\/[^/?#]*/, '').split(/[?#]/, 1)[0] ?? '';
  const isWithin =
    /^https?:\/\/(?:www\.)?(?:github\.com|codeberg\.org|bitbucket\.org)\//i.test(text) ||
    path.includes('/-/');
  const name = isWithin ? repositoryOfUri(text.split(/[?#]/, 1)[0] ?? '') : undefined;
  return name === undefined ? undefined : normalise('repository', name)[0];
}
