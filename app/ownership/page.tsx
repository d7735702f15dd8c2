import type { Metadata } from 'next';
import { callerOfPage, teamOfPage } from '../account/asked.ts';
import { personalTeam } from '../account/caller.ts';
import { ownedKinds, ownedWords, wordsOfProblem } from '../account/ownership/name.ts';
import { listOwnership } from '../account/ownership/store.ts';
import { dependencies } from '../dependencies.ts';
import { typedIn, withTyped } from '../form.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { Record, RecordList } from '../ui/record-list.tsx';
import { Stranger } from '../ui/text.tsx';
import { ProofMark } from './proof-mark.tsx';

export const metadata: Metadata = { title: 'Ownership', robots: { index: false } };

interface Asked {
  readonly searchParams: Promise<Record<string, string | string[]>>;
}

export default async function OwnershipPage({ searchParams }: Asked) {
  const { team: asked, problem, kind, name } = await searchParams;
  const caller = await callerOfPage(pathOf(asked, kind, name));
  const team = teamOfPage(caller, typeof asked === 'string' ? asked : personalTeam(caller).id);
  const owned = await listOwnership(dependencies().sql, team.id);
  return (
    <Page>
      <Opening label="Ownership">
        <h1>
          What <Stranger text={team.isPersonal ? 'you own' : `${team.name} owns`} />
        </h1>
        <p className="lead">
          Anyone may watch a name. Who proved that it is theirs may also answer for everybody, freeze it, and
          watch every address of a domain.
        </p>
      </Opening>
      <Line label="Proofs">
        {owned.length === 0 ? (
          <p>Nothing yet.</p>
        ) : (
          <RecordList>
            {owned.map((one) => (
              <Record key={one.id} acts={<ProofMark ownership={one} />}>
                <a href={`/ownership/${one.id}`}>
                  <Stranger text={one.value} />
                </a>{' '}
                <span className="hint">{ownedWords[one.kind]}</span>
              </Record>
            ))}
          </RecordList>
        )}
      </Line>
      {team.role === 'owner' && (
        <Line label="Prove another">
          <NewProof
            teamId={team.id}
            kind={ownedKinds.find((known) => known === kind) ?? 'domain'}
            name={typedIn(name)}
            problem={problem === undefined ? undefined : wordsOfProblem(problem)}
          />
        </Line>
      )}
      {caller.teams.length > 1 && (
        <Line label="Other teams">
          <ul>
            {caller.teams
              .filter(({ id }) => id !== team.id)
              .map(({ id, name }) => (
                <li key={id}>
                  <a href={`/ownership?team=${id}`}>
                    <Stranger text={name} />
                  </a>
                </li>
              ))}
          </ul>
        </Line>
      )}
    </Page>
  );
}

/** A page that needs a proof leads here with the name, and signing in must not lose it. */
function pathOf(...[team, kind, name]: readonly (string | string[] | undefined)[]): string {
  const given = Object.entries({ team, kind, name }).filter(([, value]) => typeof value === 'string');
  return given.length === 0
    ? '/ownership'
    : withTyped('/ownership', Object.fromEntries(given) as Record<string, string>);
}

interface Proof {
  readonly teamId: string;
  readonly kind: (typeof ownedKinds)[number];
  readonly name: string;
  readonly problem: string | undefined;
}

function NewProof({ teamId, kind: chosen, name, problem }: Proof) {
  return (
    <form method="post" className="stack">
      <input type="hidden" name="team" value={teamId} />
      <div className="fields">
        <div className="field">
          <label htmlFor="kind">What it is</label>
          <select id="kind" name="kind" defaultValue={chosen}>
            {ownedKinds.map((kind) => (
              <option key={kind} value={kind}>
                {ownedWords[kind]}
              </option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor="name">Its name</label>
          <input
            id="name"
            name="name"
            type="text"
            required
            maxLength={2048}
            defaultValue={name}
            aria-invalid={problem !== undefined}
            placeholder="example.com, github.com/acme/app, jane@example.com"
            aria-describedby={problem === undefined ? 'name-hint' : 'problem'}
          />
          {problem !== undefined ? (
            <p id="problem" className="problem" role="alert">
              {problem}
            </p>
          ) : (
            <p id="name-hint" className="hint">
              A workflow with its file (github.com/acme/app/.github/workflows/release.yml); a login as issuer,
              space, name.
            </p>
          )}
        </div>
      </div>
      <button type="submit">Begin</button>
    </form>
  );
}
