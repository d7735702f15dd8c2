import type { ReactNode } from 'react';
import type { Typed } from './form-request.ts';
import { longestPolicy, mostBundles } from './schemas.ts';

type Kept = Pick<Typed, 'digest' | 'policy'>;

/** One artifact, the bundles of everybody who signed it, and who must have. */
export function PolicyForm({ typed }: { typed: Kept }) {
  return (
    <form action="/verify" method="post" encType="multipart/form-data" className="stack-wide">
      <PolicyFields policy={typed.policy} />
      <Field
        id="signed-file"
        label="The signed file"
        hint="Up to 8 MiB. It is hashed in memory and not kept."
      >
        <input id="signed-file" name="file" type="file" aria-describedby="signed-file-hint" />
      </Field>
      <Field
        id="signed-digest"
        label="Or the digest of that file"
        hint={
          <>
            As <span className="mono">sha256sum FILE</span> prints it; the file then stays with you.
          </>
        }
      >
        <input
          id="signed-digest"
          name="digest"
          type="text"
          defaultValue={typed.digest}
          autoComplete="off"
          spellCheck={false}
          aria-describedby="signed-digest-hint"
        />
      </Field>
      <Field
        id="bundles"
        label="All its bundles"
        hint={`One for each signature, ${mostBundles} at most. They are sent here, read in memory and not kept; all files together may have 12 MiB.`}
      >
        <input id="bundles" name="bundles" type="file" multiple required aria-describedby="bundles-hint" />
      </Field>
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
        hint="YAML or JSON, from somewhere other than where the file came from. The people it names are sent here with it, and not kept."
      >
        <input id="policy-file" name="policy-file" type="file" aria-describedby="policy-file-hint" />
      </Field>
      <Field
        id="policy"
        label="Or its text"
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

function Field({
  id,
  label,
  hint,
  children,
}: {
  id: string;
  label: string;
  hint: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      <p id={`${id}-hint`} className="hint">
        {hint}
      </p>
    </div>
  );
}
