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
  const { signer, times } = outcome;
  const at = times[0] === undefined ? 'an unknown time' : times[0].time;
  const unchanged = byBytes ? 'file unchanged' : 'the digest is the one that was signed';
  return signer.kind === 'key'
    ? `Signed with the given key at ${at}; ${unchanged}.`
    : `Signed by ${visibleText(signer.identity)} via ${visibleText(signer.issuer)} at ${at}; ${unchanged}.`;
}
