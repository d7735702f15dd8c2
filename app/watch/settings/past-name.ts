/** By which name the past of a watch is found, where what is watched is none itself, and what of that past is its own. */
import { repositoryToLookIn } from '#lib/identity/token-subject.ts';
import { loginOfToken } from '#lib/identity/watch-target.ts';
import { isWorkflowAt, workflowWatch } from '#lib/identity/workflow-watch.ts';
import type { PastSigning } from '#lib/rules/history.ts';

interface PastName {
  readonly name: string;
  isOf(signing: PastSigning): boolean;
}

export function pastNameOf({ kind, value }: { readonly kind: string; readonly value: string }): PastName {
  if (kind === 'workflow') {
    const watched = workflowWatch(value);
    return {
      name: value.split('/', 3).join('/'),
      isOf: ({ claims }) => isWorkflowAt(watched, claims.buildConfigUri ?? ''),
    };
  }
  if (kind !== 'issuer-subject') return { name: value, isOf: () => true };
  const [issuer = '', subject = ''] = value.split(' ', 2);
  const repository = repositoryToLookIn(subject, issuer)?.value;
  return {
    name: repository ?? subject,
    isOf: (signing) =>
      signing.issuer === issuer &&
      (repository === undefined || loginOfToken(issuer, signing.claims.tokenSubject ?? '') === value),
  };
}
