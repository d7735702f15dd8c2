import { addressesIn } from '#lib/identity/address-text.ts';
import { detectIdentity, pgpUserText, type Identity } from '#lib/identity/normalise.ts';
import { identityPath } from '../find/question.ts';

/** That a user id is a claim, and where the signatures of the address in it are, which somebody vouches for. */
export function UserIdScope({ identity }: { identity: Identity }) {
  const [address = ''] = addressesIn(pgpUserText(identity.value));
  const email = detectIdentity(address);
  return (
    <p className="hint">
      Whoever makes a PGP key writes into its user id what they like, and nobody checked that it is theirs.
      {email?.kind === 'email' && (
        <>
          {' '}
          Signatures by somebody who logged in with this address are{' '}
          <a href={identityPath(email.value)}>another matter</a>.
        </>
      )}
    </p>
  );
}
