/** What is verified: a file, or its digest. */
import type { ReactNode } from 'react';

interface Fields {
  /** Two forms stand on the page. */
  readonly prefix: '' | 'signed-';
  readonly fileLabel: string;
  readonly digestLabel: string;
  readonly digest: string;
}

export function ArtifactFields({ prefix, fileLabel, digestLabel, digest }: Fields) {
  return (
    <div className="either">
      <Field
        id={`${prefix}file`}
        label={fileLabel}
        hint={
          <>
            <span data-without-script>Up to 8 MiB: without script it is sent here, hashed and not kept.</span>
            <span data-with-script hidden>
              Of any size. It is hashed here, in this browser, and goes nowhere. Or drop it on this page.
            </span>
          </>
        }
      >
        <input id={`${prefix}file`} name="file" type="file" aria-describedby={`${prefix}file-hint`} />
      </Field>
      <Field
        id={`${prefix}digest`}
        label={digestLabel}
        hint={
          <>
            As <span className="mono">sha256sum FILE</span> prints it
            <span data-without-script>; the file then stays with you, whatever its size</span>.
          </>
        }
      >
        <input
          id={`${prefix}digest`}
          name="digest"
          type="text"
          defaultValue={digest}
          autoComplete="off"
          spellCheck={false}
          aria-describedby={`${prefix}digest-hint`}
        />
      </Field>
    </div>
  );
}

export function Field({
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
