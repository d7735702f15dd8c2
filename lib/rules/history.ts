/**
 * What one name did before, and how the next signature compares with it. Times are those of the certificates: an
 * authority we trust stated them, whenever the entry was read.
 */
import type { FulcioClaims } from '#lib/x509/fulcio-oids.ts';
import type { Usual } from './facts.ts';

export interface PastSigning {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly issuer: string;
  /** The repository, or empty for a person. */
  readonly source: string;
  readonly claims: FulcioClaims;
  readonly keyType?: string | undefined;
}

/** Rule 8 of the defaults counts in this span, and against the ninety days before it. */
export const burstSpanMs = 10 * 60_000;
const rememberedMs = 90 * 86_400_000;
/** A burst that is still going on must not pass for what is usual. */
const settledMs = 3_600_000;
const shownAtMost = 20;

export class History {
  private readonly past: PastSigning[];

  constructor(past: readonly PastSigning[] = []) {
    this.past = [...past];
  }

  /** How `next`, which is not part of this yet, compares. */
  compare(next: PastSigning): Usual {
    const same = this.past.filter(({ source }) => source === next.source);
    // Who took the name later does not make it theirs; the same repository may go to another owner.
    const first = same.map(repositoryId).find((id) => id !== undefined);
    const recent = this.past.filter(({ at }) => at > next.at - burstSpanMs && at <= next.at + burstSpanMs);
    return {
      signatures: this.past.length,
      fromSource: same.length,
      lastAt: this.past.length === 0 ? null : iso(Math.max(...this.past.map(({ at }) => at))),
      repositoryIds: first === undefined ? [] : [first],
      ownerIds: claimed(
        same.filter((past) => (repositoryId(past) ?? first) === first),
        ownerId,
      ),
      workflows: claimed(same, ({ claims }) => workflowOf(claims)),
      signers: claimed(same, ({ claims }) => withoutRef(claims.buildSignerUri)),
      refKinds: claimed(same, ({ claims }) => refKind(refOf(claims))),
      triggers: claimed(same, ({ claims }) => triggerOf(claims)),
      runners: claimed(same, ({ claims }) => claims.runnerEnvironment),
      keyTypes: claimed(same, ({ keyType }) => keyType),
      machines: this.past.filter(isMachine).length,
      recent: recent.length + 1,
      recentSince: iso(Math.min(next.at, ...recent.map(({ at }) => at))),
      usualBurst: this.usualBurst(next.at),
      run: this.run(next),
    };
  }

  add(signing: PastSigning): void {
    this.past.push(signing);
  }

  /** However long it takes: a build that signs many files is a burst too. */
  private run(next: PastSigning): Usual['run'] {
    const run = runOf(next);
    if (run === undefined) return null;
    const same = this.past.filter((past) => runOf(past) === run);
    const others = this.settled(next.at).flatMap((past) => runOf(past) ?? []);
    return {
      signatures: same.length + 1,
      since: iso(Math.min(next.at, ...same.map(({ at }) => at))),
      usual: usualCount(others.filter((other) => other !== run)),
    };
  }

  /** Signatures in ten minutes, of those ten minutes that had any. */
  private usualBurst(now: number): number {
    return usualCount(this.settled(now).map(({ at }) => Math.floor(at / burstSpanMs)));
  }

  private settled(now: number): PastSigning[] {
    return this.past.filter(({ at }) => at >= now - rememberedMs && at <= now - settledMs);
  }
}

/** How often each of the values stands there: the 95th percentile. */
function usualCount(values: readonly (string | number)[]): number {
  const counts = new Map<string | number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts.values()].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
}

const runOf = ({ claims }: PastSigning): string | undefined => filled(claims.runInvocationUri);

export const isMachine = ({ source, claims }: Pick<PastSigning, 'source' | 'claims'>): boolean =>
  source !== '' || triggerOf(claims) !== undefined || claims.runInvocationUri !== undefined;

export const repositoryId = ({ claims }: Pick<PastSigning, 'claims'>) => claims.sourceRepositoryIdentifier;
export const ownerId = ({ claims }: Pick<PastSigning, 'claims'>) => claims.sourceRepositoryOwnerIdentifier;

/** The workflow's address without the ref it was read at; its bare name from certificates of the early kind. */
export function workflowOf(claims: FulcioClaims): string | undefined {
  return withoutRef(claims.buildConfigUri) ?? filled(claims.githubWorkflowName);
}

export function refOf(claims: FulcioClaims): string | undefined {
  return filled(claims.sourceRepositoryRef) ?? filled(claims.githubWorkflowRef);
}

/** The commit that was built. */
export function commitOf(claims: FulcioClaims): string | undefined {
  return filled(claims.sourceRepositoryDigest) ?? filled(claims.githubWorkflowSha);
}

export function triggerOf(claims: FulcioClaims): string | undefined {
  return filled(claims.buildTrigger) ?? filled(claims.githubWorkflowTrigger);
}

export function withoutRef(uri: string | undefined): string | undefined {
  return filled(uri?.replace(/@refs\/.*$/s, ''));
}

/** tag, branch, pull request, or what stands there. */
export function refKind(ref: string | undefined): string | undefined {
  if (ref === undefined) return undefined;
  if (ref.startsWith('refs/tags/')) return 'tag';
  if (ref.startsWith('refs/heads/')) return 'branch';
  return ref.startsWith('refs/pull/') ? 'pull request' : 'other ref';
}

function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function claimed(
  past: readonly PastSigning[],
  claim: (signing: PastSigning) => string | undefined,
): string[] {
  const values = past.map(claim).filter((value) => value !== undefined);
  // The latest are kept: a name with more habits than this has none.
  return [...new Set(values.reverse())].slice(0, shownAtMost);
}

const iso = (at: number): string => new Date(at).toISOString();
