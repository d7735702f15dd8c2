/** What is other than at the signature before by the same name: the facts a person would want to hear of. */
import { refOf } from '#lib/rules/history.ts';
import { sourceOf, type Signing } from '../signings/signing.ts';

export interface Change {
  readonly what: string;
  readonly before: string;
  readonly now: string;
}

const facts: readonly (readonly [what: string, read: (signing: Signing) => string | undefined])[] = [
  ['Login by', ({ issuer }) => issuer ?? undefined],
  ['Repository', (signing) => (sourceOf(signing).kind === 'repository' ? signing.source : null) ?? undefined],
  ['Repository number', ({ claims }) => claims['sourceRepositoryIdentifier']],
  ['Owner number', ({ claims }) => claims['sourceRepositoryOwnerIdentifier']],
  ['Workflow', ({ claims }) => withoutRef(claims['buildConfigUri'])],
  ['Signed by', ({ claims }) => withoutRef(claims['buildSignerUri'])],
  ['Kind of ref', ({ claims }) => kindOfRef(refOf(claims))],
  ['Started by', ({ claims }) => claims['buildTrigger'] ?? claims['githubWorkflowTrigger']],
  ['Runner', ({ claims }) => claims['runnerEnvironment']],
];

const nothing = 'none';

/** Tags and commits differ at every release; which workflow, and whether a tag or a branch, does not. */
export function changesSince(before: Signing, now: Signing): Change[] {
  return facts
    .map(([what, read]) => ({ what, before: read(before) ?? nothing, now: read(now) ?? nothing }))
    .filter((change) => change.before !== change.now);
}

function withoutRef(uri: string | undefined): string | undefined {
  return uri?.replace(/@refs\/.*$/s, '');
}

function kindOfRef(ref: string | undefined): string | undefined {
  if (ref === undefined) return undefined;
  if (ref.startsWith('refs/tags/')) return 'a tag';
  return ref.startsWith('refs/heads/') ? `branch ${ref.slice('refs/heads/'.length)}` : ref;
}
