import type { Profile } from '../account/profile.ts';
import { Press } from '../ui/press.tsx';
import { Record, RecordList } from '../ui/record-list.tsx';
import { Stranger, Time } from '../ui/text.tsx';

interface Shown {
  readonly profile: Profile;
  readonly providers: readonly string[];
  /** An address that was refused. */
  readonly typed: string | undefined;
}

export function WaysIn({ profile, providers, typed }: Shown) {
  return (
    <>
      <RecordList>
        {profile.addresses.map(({ address, confirmedAt }) => (
          <Record key={address}>
            <Stranger text={address} />{' '}
            <span className="hint">
              by mailed code, since <Time at={confirmedAt} />
            </span>
          </Record>
        ))}
        {profile.logins.map(({ issuer, subject, provider, shown }) => (
          <Record
            key={`${issuer} ${subject}`}
            acts={<Press label="Remove this login" fields={{ act: 'remove-login', issuer, subject }} />}
          >
            <p>
              {provider}: <Stranger text={shown} />
            </p>
          </Record>
        ))}
        {profile.passkeys.map(({ id, name, createdAt, usedAt }) => (
          <Record
            key={id}
            acts={<Press label="Remove this passkey" fields={{ act: 'remove-passkey', id }} />}
          >
            <p>
              Passkey <Stranger text={name} />
            </p>
            <p className="hint">
              Since <Time at={createdAt} />
              {usedAt !== null && (
                <>
                  , last used <Time at={usedAt} />
                </>
              )}
            </p>
          </Record>
        ))}
      </RecordList>
      <div data-script="passkey" data-act="add" />
      <form method="post" className="ask">
        <input type="hidden" name="act" value="add-address" />
        <label htmlFor="address">Another address</label>
        <input
          id="address"
          name="email"
          type="email"
          required
          placeholder="jane@example.com"
          defaultValue={typed}
          aria-invalid={typed !== undefined}
          aria-describedby={typed === undefined ? undefined : 'address-problem'}
        />
        <button type="submit">Mail a code there</button>
        {typed !== undefined && (
          <p id="address-problem" className="problem" role="alert">
            That is no address we can write to. It should look like jane@example.com.
          </p>
        )}
      </form>
      <div className="choices">
        {providers.map((provider) => (
          <Press key={provider} label={`Add ${provider}`} fields={{ act: 'add-login', provider }} />
        ))}
      </div>
    </>
  );
}
