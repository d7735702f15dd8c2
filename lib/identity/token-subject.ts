/** The repository that a token's subject is of, as the providers of builds spell such subjects; undefined for all others. */
import { normalise, type Identity } from './normalise.ts';

const ofGitHub = 'https://token.actions.githubusercontent.com';

/** `repo:acme/app:ref:refs/tags/v1` of GitHub, `project_path:acme/app:ref_type:tag:ref:v1` of a GitLab. */
export function repositoryOfSubject(subject: string, issuer?: string): Identity | undefined {
  const [, kind, path = ''] = /^(repo|project_path):([^\s:@/]+(?:\/[^\s:@/]+)+):/i.exec(subject) ?? [];
  if (kind === undefined) return undefined;
  if (kind.toLowerCase() === 'repo')
    return issuer === undefined || issuer.startsWith(ofGitHub)
      ? normalise('repository', `github.com/${path}`)[0]
      : undefined;
  const host = issuer !== undefined && URL.canParse(issuer) ? new URL(issuer).host : 'gitlab.com';
  return normalise('repository', `${host}/${path}`)[0];
}

/**
 * By which name signatures of such a subject are found: an authority may take the same subjects of another provider, for
 * repositories of the same place. Which of them are of this login each signature says itself.
 */
export function repositoryToLookIn(subject: string, issuer: string): Identity | undefined {
  return repositoryOfSubject(subject, issuer) ?? repositoryOfSubject(subject);
}

/** A subject as it is typed, with its issuer before it or alone. */
export function repositoryOfTypedSubject(text: string): Identity | undefined {
  const [, issuer, subject = ''] = /^(?:(https:\/\/\S+)\s+)?(\S+)$/.exec(text.trim()) ?? [];
  return repositoryOfSubject(subject, issuer);
}
