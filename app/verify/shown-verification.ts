/** What the page shows of one verification, whoever made it: our process for a form, or the script of the page. */
import type { Answered, VerifyOutcome } from './engine.ts';
import type { FormRequest, Typed } from './form-request.ts';

export interface ShownVerification {
  readonly typed: Typed;
  readonly fileName: string | undefined;
  readonly result: Answered | { readonly kind: 'problem'; readonly words: string };
}

export function shownOutcome(
  { typed, fileName }: FormRequest,
  outcome: VerifyOutcome | string,
): ShownVerification {
  if (typeof outcome === 'string') return { typed, fileName, result: { kind: 'problem', words: outcome } };
  if (outcome.kind === 'answer') return { typed, fileName, result: outcome };
  return { typed, fileName, result: { kind: 'problem', words: outcome.words ?? outcome.detail } };
}
