import type { Invitation } from '../account/invitation.ts';
import { Press } from '../ui/press.tsx';
import { Record, RecordList } from '../ui/record-list.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { RoleSelect } from './member-list.tsx';

interface Shown {
  readonly invitations: readonly Omit<Invitation, 'teamName'>[];
  /** What was refused, to be mended. */
  readonly typed: { readonly email: string; readonly role: string };
}

export function Invitations({ invitations, typed }: Shown) {
  const isWrong = typed.email !== '';
  return (
    <>
      {invitations.length > 0 && (
        <RecordList>
          {invitations.map(({ id, address, role, expiresAt }) => (
            <Record key={id} acts={<Press label="Take it back" fields={{ act: 'end-invitation', id }} />}>
              <p>
                <Stranger text={address} />, {role}, until <Time at={expiresAt} />
              </p>
            </Record>
          ))}
        </RecordList>
      )}
      <form method="post" className="stack">
        <input type="hidden" name="act" value="invite" />
        <div className="fields">
          <div className="field">
            <label htmlFor="email">Invite by e-mail address</label>
            <input
              id="email"
              name="email"
              type="email"
              required
              placeholder="joe@example.com"
              defaultValue={typed.email}
              aria-invalid={isWrong}
              aria-describedby={isWrong ? 'email-problem' : undefined}
            />
            {isWrong && (
              <span id="email-problem" className="problem" role="alert">
                That is no address we can write to: nobody was invited. It should look like joe@example.com.
              </span>
            )}
          </div>
          <div className="field">
            <label htmlFor="invite-role">As</label>
            <RoleSelect id="invite-role" chosen={typed.role || 'responder'} />
          </div>
        </div>
        <button type="submit">Invite</button>
        <p className="hint">
          Owners may all; responders answer alerts, and keep watches and rules; viewers read. Only a person
          who signs in with that very address can accept.
        </p>
      </form>
    </>
  );
}
