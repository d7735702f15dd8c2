/** Whose word counts: a bundle of one instance says nothing under the trusted root of another. */
import type { TrustChoice } from './form-request.ts';

const choices: readonly (readonly [TrustChoice['kind'], string])[] = [
  ['own', 'This instance'],
  ['public', 'The public instance of Sigstore'],
  ['given', 'A trusted root of mine:'],
];

export function TrustFields({ prefix, chosen }: { prefix: string; chosen: TrustChoice['kind'] }) {
  return (
    <fieldset className="field trust-choice">
      <legend>Whose authorities and logs you believe</legend>
      {choices.map(([kind, words]) => (
        <label key={kind} htmlFor={`${prefix}trust-${kind}`}>
          <input
            id={`${prefix}trust-${kind}`}
            type="radio"
            name="trust"
            value={kind}
            defaultChecked={kind === chosen}
          />
          {words}
        </label>
      ))}
      <input
        id={`${prefix}trusted-root`}
        name="trusted-root"
        type="file"
        aria-label="The file trusted_root.json"
      />
    </fieldset>
  );
}
