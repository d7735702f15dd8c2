import { ArtifactFields, Field } from './artifact-fields.tsx';
import type { Typed } from './form-request.ts';
import { TrustFields } from './trust-fields.tsx';

type Kept = Pick<Typed, 'digest' | 'identity' | 'issuer' | 'trust'>;

/** Logins that the public instance takes; whoever has another types it. */
const knownIssuers = [
  'https://accounts.google.com',
  'https://github.com/login/oauth',
  'https://login.microsoftonline.com',
  'https://token.actions.githubusercontent.com',
  'https://gitlab.com',
];

/** Who is expected is asked for always: a valid signature of anybody says nothing about a file. */
export function VerifyForm({ typed, ownIssuer }: { typed: Kept; ownIssuer: string }) {
  return (
    <form
      action="/verify"
      method="post"
      encType="multipart/form-data"
      className="stack-wide"
      data-verify="signer"
    >
      <ArtifactFields prefix="" fileLabel="The file" digestLabel="Or its digest" digest={typed.digest} />
      <Field
        id="bundle"
        label="Its bundle"
        hint={
          <>
            The signature file, usually <span className="mono">FILE.sigstore.json</span>.
          </>
        }
      >
        <input id="bundle" name="bundle" type="file" required aria-describedby="bundle-hint" />
      </Field>
      <Field
        id="identity"
        label="Who must have signed it"
        hint="Exactly, from somewhere other than where the file came from."
      >
        <input
          id="identity"
          name="identity"
          type="text"
          required
          maxLength={2000}
          defaultValue={typed.identity}
          placeholder="jane@example.com"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-describedby="identity-hint"
        />
      </Field>
      <Field
        id="issuer"
        label="Who vouches for that login"
        hint={
          <>
            The login provider; this instance’s own is <span className="mono whole">{ownIssuer}</span>.
          </>
        }
      >
        <input
          id="issuer"
          name="issuer"
          type="text"
          required
          maxLength={2000}
          defaultValue={typed.issuer}
          list="known-issuers"
          autoComplete="off"
          spellCheck={false}
          aria-describedby="issuer-hint"
        />
        <datalist id="known-issuers">
          {[ownIssuer, ...knownIssuers].map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </datalist>
      </Field>
      <TrustFields prefix="" chosen={typed.trust} />
      <button type="submit">Verify</button>
    </form>
  );
}
