import type { TeamOfCaller } from '../account/caller.ts';
import { roles } from '../account/roles.ts';
import type { Member } from '../account/team.ts';
import { Press } from '../ui/press.tsx';
import { Record, RecordList } from '../ui/record-list.tsx';
import { Stranger, Time } from '../ui/text.tsx';

interface Shown {
  readonly members: readonly Member[];
  readonly team: TeamOfCaller;
  /** Who looks. */
  readonly self: string;
}

export function MemberList({ members, team, self }: Shown) {
  const mayChange = team.role === 'owner' && !team.isPersonal;
  return (
    <RecordList>
      {members.map(({ userId, name, addresses, role, since }) => (
        <Record
          key={userId}
          acts={
            !team.isPersonal && (
              <>
                {mayChange && <RoleForm userId={userId} role={role} />}
                {(mayChange || userId === self) && (
                  <Press
                    label={userId === self ? 'Leave' : 'Remove'}
                    fields={{ act: 'remove', user: userId }}
                  />
                )}
              </>
            )
          }
        >
          <p>
            <Stranger text={name || (addresses[0] ?? 'Somebody')} />
            {userId === self && ' (you)'}, {role}
          </p>
          <p className="hint">
            <Stranger text={addresses.join(', ')} /> since <Time at={since} />
          </p>
        </Record>
      ))}
    </RecordList>
  );
}

function RoleForm({ userId, role }: { userId: string; role: string }) {
  return (
    <form method="post">
      <input type="hidden" name="act" value="role" />
      <input type="hidden" name="user" value={userId} />
      <label htmlFor={`role-${userId}`}>Role</label>
      <RoleSelect id={`role-${userId}`} chosen={role} />
      <button type="submit" className="second">
        Change
      </button>
    </form>
  );
}

export function RoleSelect({ id, chosen }: { id: string; chosen: string }) {
  return (
    <select id={id} name="role" defaultValue={chosen}>
      {roles.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  );
}
