/** Who put a cosignature under a note, as far as a policy knows their keys: of each line whose it is and whether it holds. */
import { equal, utf8 } from '#lib/encoding/bytes.ts';
import { cosignatureTime, cosignatureVerifier } from './cosignature.ts';
import { parseNote } from './signed-note.ts';
import type { PolicyWitness, WitnessPolicy } from './witness-policy.ts';

export type Cosigner = { readonly name: string } & (
  | { readonly state: 'good'; readonly witness: PolicyWitness; readonly time: bigint }
  /** Under the name and key of a witness of the policy, and does not verify. */
  | { readonly state: 'bad' }
  /** Of nobody that the policy names; the log's own signature is such a line too. */
  | { readonly state: 'unknown' }
);

/** `until`, in seconds: statements about a later time do not hold. Throws NoteError for what is no note. */
export function cosignersOf(
  { witnesses }: Pick<WitnessPolicy, 'witnesses'>,
  note: string,
  until: bigint,
): Cosigner[] {
  const { text, signatures } = parseNote(note);
  const message = utf8(text);
  return signatures.map(({ name, keyId, signature }) => {
    const known = witnesses.filter(({ key }) => key.name === name && equal(key.keyId, keyId));
    if (known.length === 0) return { name, state: 'unknown' };
    const witness = known.find(({ key }) => cosignatureVerifier(key, until).verify(message, signature));
    const time = cosignatureTime(signature);
    return witness === undefined || time === undefined
      ? { name, state: 'bad' }
      : { name, state: 'good', witness, time };
  });
}
