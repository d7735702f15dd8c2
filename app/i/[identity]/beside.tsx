import type { Identity } from '#lib/identity/normalise.ts';
import { identityPath } from '../../find/question.ts';
import type { Claims } from '../../signings/claims.ts';
import { LookAlikeList } from '../../signings/look-alike-list.tsx';
import type { LookAlike } from '../../signings/related.ts';
import { SigningList } from '../../signings/signing-list.tsx';
import type { Spellings } from '../../signings/spellings.ts';
import { newestLookedAt, type Found, type UnusedCertificates } from '../../signings/store.ts';
import { Line } from '../../ui/ledger.tsx';
import { grouped, plural } from '../../ui/time.ts';

interface Shown {
  readonly identity: Identity;
  readonly alike: readonly LookAlike[];
  readonly spellings: Spellings;
  readonly unused: UnusedCertificates;
  readonly forgeries: Found;
  readonly claims: Claims | undefined;
  readonly now: Date;
}

/** What is no signature by this name, and worth knowing for whoever has it. */
export function Beside({ identity, alike, spellings, unused, forgeries, claims, now }: Shown) {
  return (
    <>
      {alike.length > 0 && (
        <Line label="Names that look alike">
          <p>
            {alike.length === 1 ? 'This is another name' : 'These are other names'}, with signatures of{' '}
            {alike.length === 1 ? 'its' : 'their'} own. None is counted above.
          </p>
          <LookAlikeList names={alike} of={identity.value} spellings={spellings} now={now} />
        </Line>
      )}
      {unused.total > 0 && <Unused unused={unused} />}
      {claims !== undefined && claims.signatures > 0 && <Claimed claims={claims} />}
      {forgeries.total > 0 && (
        <Line label="Forgery attempts">
          <p>
            {forgeries.total === 1 ? 'One entry' : `${grouped(forgeries.total)} entries`} in this name with a
            certificate that no authority we trust has issued. Anyone can write such an entry and no verifier
            accepts it: these are not signatures by this identity.
          </p>
          <SigningList signings={forgeries.signings} />
        </Line>
      )}
    </>
  );
}

function Claimed({ claims: { identity, signatures } }: { claims: Claims }) {
  return (
    <Line label="Claimed by PGP keys">
      <p>
        PGP keys that carry this address in a user id signed{' '}
        <a href={identityPath(identity)}>{plural(signatures, 'entry', 'entries')}</a>. Whoever makes such a
        key writes what they like into it, and nobody checked that the address is theirs: none is counted
        above.
      </p>
    </Line>
  );
}

function Unused({ unused }: { unused: UnusedCertificates }) {
  return (
    <Line label="Issued, not seen used">
      <p>
        {unused.bounded && `Among its newest ${newestLookedAt} entries in certificate logs: `}
        {plural(unused.total, 'certificate')} in this name {unused.total === 1 ? 'was' : 'were'} issued with
        which nothing was signed in a log we read. A signature kept out of the logs would look like this.
      </p>
    </Line>
  );
}
