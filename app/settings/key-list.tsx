import type { ShownApiKey } from '../account/api-key.ts';
import type { TeamOfCaller } from '../account/caller.ts';
import { nameProblem, nameProblemWords } from '../account/given-name.ts';
import { isAtLeast, isOfPerson, roleOfScope, scopeNames, scopes } from '../account/roles.ts';
import { Press } from '../ui/press.tsx';
import { Record, RecordList } from '../ui/record-list.tsx';
import { Stranger, Time } from '../ui/text.tsx';

interface TeamKeys {
  readonly team: TeamOfCaller;
  readonly keys: readonly ShownApiKey[];
}

/** Keys of each team, and a form for another one. */
interface Refused {
  readonly name: string | undefined;
  readonly team: string | undefined;
}

export function KeyList({ teams, refused }: { teams: readonly TeamKeys[]; refused: Refused }) {
  return teams.map(({ team, keys }) => (
    <div key={team.id} className="stack">
      <h3>
        <Stranger text={team.name} />
      </h3>
      {keys.length > 0 && (
        <RecordList>
          {keys.map((key) => (
            <Key key={key.id} team={team} shown={key} />
          ))}
        </RecordList>
      )}
      <details id={`key-${team.id}`} open={refused.team === team.id}>
        <summary>Make a key for {team.isPersonal ? 'yourself' : 'this team'}</summary>
        <NewKey team={team} refused={refused.team === team.id ? refused.name : undefined} />
      </details>
    </div>
  ));
}

function Key({ team, shown }: { team: TeamOfCaller; shown: ShownApiKey }) {
  const { id, name, hint, scopes: allowed, expiresAt, usedAt } = shown;
  return (
    <Record acts={<Press label="End this key" fields={{ act: 'end-key', team: team.id, id }} />}>
      <p>
        <Stranger text={name} /> <code>{hint}…</code>
      </p>
      <p className="hint">
        {allowed.join(', ')}. Until <Time at={expiresAt} />
        {usedAt === null ? '; never used' : '; last used '}
        {usedAt !== null && <Time at={usedAt} />}
      </p>
    </Record>
  );
}

function NewKey({ team, refused }: { team: TeamOfCaller; refused: string | undefined }) {
  const problem = refused === undefined ? undefined : nameProblem(refused);
  const field = (name: string) => `${name}-${team.id}`;
  return (
    <form method="post" className="stack">
      <input type="hidden" name="act" value="make-key" />
      <input type="hidden" name="team" value={team.id} />
      <div className="field">
        <label htmlFor={field('name')}>What it is for</label>
        <input
          id={field('name')}
          name="name"
          type="text"
          required
          placeholder="release pipeline"
          defaultValue={refused}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : field('name-problem')}
        />
        {refused !== undefined && problem !== undefined && (
          <span id={field('name-problem')} className="problem" role="alert">
            {nameProblemWords(refused, problem, 'release pipeline')}
          </span>
        )}
      </div>
      <fieldset>
        <legend>What it may do</legend>
        {refused !== undefined && problem === undefined && (
          <p className="problem" role="alert">
            Choose what the key may do: none was made.
          </p>
        )}
        <ul>
          {scopeNames
            .filter(
              (scope) => isAtLeast(team.role, roleOfScope(scope)) && (team.isPersonal || !isOfPerson(scope)),
            )
            .map((scope) => (
              <li key={scope}>
                <label>
                  <input type="checkbox" name={scope} value="yes" /> {scopes[scope]} <code>{scope}</code>
                </label>
              </li>
            ))}
        </ul>
      </fieldset>
      <div className="field">
        <label htmlFor={field('days')}>How long</label>
        <select id={field('days')} name="days" defaultValue="90">
          <option value="7">A week</option>
          <option value="90">90 days</option>
          <option value="365">A year</option>
        </select>
      </div>
      <button type="submit">Make it</button>
    </form>
  );
}
