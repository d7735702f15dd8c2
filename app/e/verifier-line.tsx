import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Signing } from '../signings/signing.ts';
import { Command } from '../ui/command.tsx';
import { Fact } from '../ui/ledger.tsx';

/** Names that stand in the subjectAltName, as cosign compares them: letter by letter. */
const compared: ReadonlySet<string> = new Set(['email', 'uri', 'username']);
/** Longer ones nobody pastes. */
const longest = 1000;

/** Whom to expect, to paste behind `cosign verify`. Left out for what a terminal would not show as it is. */
export function VerifierLine({ signing: { identities, issuer, trust } }: { signing: Signing }) {
  const name = identities.find(({ kind }) => compared.has(kind))?.exact;
  if (name === undefined || issuer === null || trust === 'untrusted' || trust === 'unparsable') return null;
  if ([name, issuer].some((text) => visibleText(text, longest) !== text)) return null;
  return (
    <Fact label="For cosign">
      <Command
        lines={[`--certificate-identity ${quoted(name)} \\`, `--certificate-oidc-issuer ${quoted(issuer)}`]}
        wraps
      />
    </Fact>
  );
}

/** POSIX shells take everything between these as it is. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
