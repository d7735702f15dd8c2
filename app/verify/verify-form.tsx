import { ArtifactFields, Field } from './artifact-fields.tsx';
import type { Typed } from './form-request.ts';
import { SignerFields, type KeptSigner } from './signer-fields.tsx';
import { TrustFields } from './trust-fields.tsx';

type Kept = Pick<Typed, 'digest' | 'trust'> & KeptSigner;

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
      <SignerFields typed={typed} ownIssuer={ownIssuer} />
      <TrustFields prefix="" chosen={typed.trust} />
      <button type="submit">Verify</button>
    </form>
  );
}
