import type { Verification } from '#lib/verify/verification.ts';

/** One bundle: what became of it, under the name it was handed in with. */
export interface Submission {
  readonly name: string;
  readonly verification:
    Verification | { readonly verdict: 'unreadable'; readonly code: string; readonly reason: string };
}
