/** The verdict in one sentence: never a bare yes, always who, by whose word, and when. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { PolicyAnswer } from './schemas.ts';

type Outcome = PolicyAnswer['signatures'][number]['verification'];

/** What each step answers, for people. */
export const stepNames: Readonly<Record<string, string>> = {
  bundle: 'Reading the bundle',
  timestamps: 'When it was signed',
  certificate: 'Whose key it was',
  log: 'Whether the public log has it',
  signature: 'Whether the file is what was signed',
  identity: 'Whether it is who you expect',
};

/** `byBytes`: we hashed the file ourselves, so we can say that it is unchanged; a digest is taken as given. */
export function statementOf(outcome: Outcome, byBytes: boolean): string {
  if (outcome.verdict === 'refused') {
    const { step, code, reason } = outcome.failure;
    return `Refused at step “${step}”: ${reason} (${code}).`;
  }
  const { signer, times, predicateType } = outcome;
  const at = times[0] === undefined ? 'an unknown time' : times[0].time;
  const unchanged = byBytes ? 'file unchanged' : 'the digest is the one that was signed';
  const who =
    signer.kind === 'key'
      ? 'with the given key'
      : `by ${visibleText(signer.identity)} via ${visibleText(signer.issuer)}`;
  return predicateType === undefined
    ? `Signed ${who} at ${at}; ${unchanged}.`
    : `An attestation of type ${visibleText(predicateType)}, signed ${who} at ${at}; ${unchanged}.`;
}
