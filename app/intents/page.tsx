import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Metadata } from 'next';
import { callerOfPage } from '../account/asked.ts';
import { isAtLeast } from '../account/roles.ts';
import { dependencies } from '../dependencies.ts';
import { typedIn } from '../form.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { Mark, type Tone } from '../ui/mark.tsx';
import { Press } from '../ui/press.tsx';
import { Record, RecordList } from '../ui/record-list.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { plural } from '../ui/time.ts';
import { listIntents, type ShownIntent } from './store.ts';
import { readTyped, type Typed, type Wrong } from './typed.ts';

export const metadata: Metadata = { title: 'Announcements', robots: { index: false } };

export default async function IntentsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const caller = await callerOfPage('/intents');
  const intents = await listIntents(dependencies(), caller, { limit: 100 });
  const teams = caller.teams.filter(({ role }) => isAtLeast(role, 'responder'));
  const asked = await searchParams;
  const typed: Typed = {
    repository: typedIn(asked['repository']),
    digest: typedIn(asked['digest']),
    count: typedIn(asked['count']),
    ref: typedIn(asked['ref']),
    workflow: typedIn(asked['workflow']),
    hours: typedIn(asked['hours']),
  };
  const isTyped = Object.values(typed).some((text) => text !== '');
  const read = isTyped ? readTyped(typed, dependencies().now()) : undefined;
  const wrong = read !== undefined && 'field' in read ? read : undefined;
  return (
    <Page>
      <Opening label="Announcements">
        <h1>Say what will be signed, before it is</h1>
        <p className="lead">
          A signature that was announced is expected, once. Where a watch asks for announcements, one that
          nobody announced is told at once, whoever signed it.
        </p>
        <p className="hint">
          Pipelines announce with <code>POST /api/v1/intents</code> and a key that the build itself does not
          hold. Whether a watch asks for them stands in its settings, under <a href="/watches">Watches</a>.
        </p>
      </Opening>
      <Line label="A new one">
        <IntentForm teams={teams} typed={typed} wrong={wrong} team={typedIn(asked['team'])} />
      </Line>
      <Line label="So far">
        {intents.length === 0 ? (
          <p>None yet.</p>
        ) : (
          <RecordList>
            {intents.map((intent) => (
              <Intent key={intent.id} intent={intent} mayEnd={teams.some(({ id }) => id === intent.teamId)} />
            ))}
          </RecordList>
        )}
      </Line>
    </Page>
  );
}

interface Given {
  readonly typed: Typed;
  readonly wrong: Wrong | undefined;
}

function IntentForm({
  teams,
  team,
  ...given
}: Given & { teams: readonly { id: string; name: string }[]; team: string }) {
  return (
    <form method="post" className="stack">
      <input type="hidden" name="act" value="make" />
      <Field
        {...given}
        name="repository"
        label="Repository, or who signs"
        placeholder="github.com/acme/app"
        required
      />
      <div className="fields">
        <Field
          {...given}
          name="digest"
          label="SHA-256 of the file, if there is one file"
          placeholder="64 hexadecimal digits"
        />
        <Field {...given} name="count" label="Or how many signatures" placeholder="1" />
        <Field {...given} name="ref" label="Ref" placeholder="refs/tags/v1.2.3" />
        <Field {...given} name="workflow" label="Workflow" placeholder="release.yml" />
        <Field {...given} name="hours" label="For how many hours" placeholder="2" required />
        <p className="field">
          <label htmlFor="team">Team</label>
          <select id="team" name="team" defaultValue={teams.some(({ id }) => id === team) ? team : undefined}>
            {teams.map(({ id, name }) => (
              <option key={id} value={id}>
                {visibleText(name)}
              </option>
            ))}
          </select>
        </p>
      </div>
      <button type="submit">Announce</button>
    </form>
  );
}

function Field({
  name,
  label,
  placeholder,
  required = false,
  typed,
  wrong,
}: Given & {
  name: keyof Typed;
  label: string;
  placeholder: string;
  required?: boolean;
}) {
  const problem = wrong?.field === name ? wrong.words : undefined;
  return (
    <p className="field">
      <label htmlFor={name}>{label}</label>
      <input
        id={name}
        name={name}
        type="text"
        placeholder={placeholder}
        required={required}
        defaultValue={typed[name]}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${name}-problem`}
      />
      {problem !== undefined && (
        <span id={`${name}-problem`} className="problem" role="alert">
          {problem}
        </span>
      )}
    </p>
  );
}

const marks: Readonly<Record<ShownIntent['state'], { tone: Tone; word: string }>> = {
  open: { tone: 'notable', word: 'Open' },
  used: { tone: 'good', word: 'Used' },
  expired: { tone: 'warn', word: 'Over, not all came' },
  cancelled: { tone: 'quiet', word: 'Taken back' },
};

function Intent({ intent, mayEnd }: { intent: ShownIntent; mayEnd: boolean }) {
  const { id, number, state, source, digest, wanted, ref, workflow, until, used, madeBy } = intent;
  return (
    <Record
      acts={state === 'open' && mayEnd && <Press label="Take it back" fields={{ act: 'cancel', id }} />}
    >
      <p>
        <Mark {...marks[state]} /> <span className="soft">No. {String(number)},</span>{' '}
        {plural(wanted, 'signature')} from <Stranger text={source} />
        {ref !== null && (
          <>
            , <Stranger text={ref} mono />
          </>
        )}
        {workflow !== null && (
          <>
            , <Stranger text={workflow} mono />
          </>
        )}
        , until <Time at={until} />
      </p>
      {digest !== null && (
        <p>
          <code className="whole">{digest}</code>
        </p>
      )}
      <p className="hint">
        By <Stranger text={madeBy} />. Used {used.length} of {wanted}
        {used.map(({ logId, index }) => (
          <span key={`${logId}/${index}`}>
            , <a href={`/e/${encodeURIComponent(logId)}/${index}`}>entry {String(index)}</a>
          </span>
        ))}
      </p>
    </Record>
  );
}
