import { ArtifactFields, Field } from './artifact-fields.tsx';
import type { Typed } from './form-request.ts';
import { longestPolicy, mostBundles } from './limits.ts';
import { TrustFields } from './trust-fields.tsx';

type Kept = Pick<Typed, 'digest' | 'policy' | 'trust'>;

/** One artifact, the bundles of everybody who signed it, and who must have. */
export function PolicyForm({ typed }: { typed: Kept }) {
  return (
    <form
      action="/verify"
      method="post"
      encType="multipart/form-data"
      className="stack-wide"
      data-verify="policy"
    >
      <PolicyFields policy={typed.policy} />
      <ArtifactFields
        prefix="signed-"
        fileLabel="The signed file"
        digestLabel="Or the digest of that file"
        digest={typed.digest}
      />
      <Field
        id="bundles"
        label="All its bundles"
        hint={
          <>
            One for each signature, {mostBundles} at most.
            <span data-without-script>
              {' '}
              They are sent here, read in memory and not kept; all files together may have 12 MiB.
            </span>
          </>
        }
      >
        <input id="bundles" name="bundles" type="file" multiple required aria-describedby="bundles-hint" />
      </Field>
      <TrustFields prefix="policy-" chosen={typed.trust} />
      <button type="submit">Check the policy</button>
    </form>
  );
}

function PolicyFields({ policy }: { policy: string }) {
  return (
    <>
      <Field
        id="policy-file"
        label="The policy file"
        hint={
          <>
            YAML or JSON, from somewhere other than where the file came from.
            <span data-without-script> The people it names are sent here with it, and not kept.</span>
          </>
        }
      >
        <input id="policy-file" name="policy-file" type="file" aria-describedby="policy-file-hint" />
      </Field>
      <Field
        id="policy"
        label="Or the text of the policy"
        hint={
          <>
            <span className="mono">npx sigwatch policy schema</span> prints what may stand in it.
          </>
        }
      >
        <textarea
          id="policy"
          name="policy"
          rows={8}
          maxLength={longestPolicy}
          defaultValue={policy}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-describedby="policy-hint"
        />
      </Field>
    </>
  );
}
