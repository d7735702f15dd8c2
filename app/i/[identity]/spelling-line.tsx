import type { Identity } from '#lib/identity/normalise.ts';
import type { Spelling } from '../../signings/spellings.ts';
import { Line } from '../../ui/ledger.tsx';
import { Stranger } from '../../ui/text.tsx';
import { plural } from '../../ui/time.ts';

/** One page for all spellings that are one name here; to those who verify, each is another. */
export function SpellingLine({
  identity,
  spellings,
}: {
  identity: Identity;
  spellings: readonly Spelling[];
}) {
  const [only, ...others] = spellings;
  if (only === undefined || (others.length === 0 && only.exact === identity.value)) return null;
  return (
    <Line label="As certificates have it">
      <ul className="rows">
        {spellings.map(({ exact, entries }) => (
          <li key={exact} className="spelling">
            <Stranger text={exact} mono />
            {others.length > 0 && <span className="soft">{plural(entries, 'signature')}</span>}
          </li>
        ))}
      </ul>
      <p className="hint">
        {others.length === 0 ? 'Verifiers' : 'We count these as one name. Verifiers'} compare letter by letter
        and want {others.length === 0 ? 'this spelling' : 'the very spelling of the signature at hand'}; we
        compare it as <Stranger text={identity.value} mono />.
      </p>
    </Line>
  );
}
