import { legibleName } from '#lib/identity/legible.ts';
import { normalise, type IdentityKind } from '#lib/identity/normalise.ts';
import { Stranger } from './text.tsx';

interface Shown {
  readonly text: string;
  /** An address gets the form of its domain that computers compare beside it. */
  readonly kind?: string;
  readonly mono?: boolean;
  /** Places; fewer where it is part of a title. */
  readonly limit?: number | undefined;
}

/** The name of somebody, as it stands in the certificate. Where that cannot be read as it is, what it reads comes first. */
export function Name({ text, kind, mono = false, limit }: Shown) {
  const legible = legibleName(text);
  const beside = [text, ...(kind === 'email' ? asciiForm(kind, legible) : [])].filter(
    (form, at, forms) => form !== legible && forms.indexOf(form) === at,
  );
  if (beside.length === 0) return <Stranger text={text} mono={mono} limit={limit} />;
  return (
    <>
      <Stranger text={legible} mono={mono} limit={limit} />{' '}
      {beside.map((form) => (
        <span key={form} className="as-written">
          (<Stranger text={form} mono limit={limit} />)
        </span>
      ))}
    </>
  );
}

/** Only where the domain is written in two ways: capital letters alone are no other name. */
function asciiForm(kind: IdentityKind, legible: string): string[] {
  const domain = legible.slice(legible.lastIndexOf('@') + 1);
  return /[^\0-\x7f]/.test(domain) ? normalise(kind, legible).map(({ value }) => value) : [];
}
