import type { Invitation } from '../account/invitation.ts';
import { Press } from '../ui/press.tsx';
import { Record, RecordList } from '../ui/record-list.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { RoleSelect } from './member-list.tsx';

export function Invitations({ invitations }: { invitations: readonly Omit<Invitation, 'teamName'>[] }) {
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
            <input id="email" name="email" type="email" required placeholder="joe@example.com" />
          </div>
          <div className="field">
            <label htmlFor="invite-role">As</label>
            <RoleSelect id="invite-role" chosen="responder" />
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
