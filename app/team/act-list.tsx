import type { ShownAct } from '../account/audit-list.ts';
import { Stranger, Time } from '../ui/text.tsx';

export function ActList({ acts, teamId }: { acts: readonly ShownAct[]; teamId: string }) {
  const last = acts.at(-1);
  if (last === undefined) return <p>Nothing yet.</p>;
  return (
    <>
      <dl className="facts acts">
        {acts.map(({ id, at, who, said: [before, of, after], entry }) => (
          <div key={id}>
            <dt>
              <Time at={at} />
            </dt>
            <dd>
              <Stranger text={who} /> {before}
              {of !== undefined && <Stranger text={of} limit={120} />}
              {after}
              {entry !== undefined && <span className="hint"> Entry {entry.index} of our log.</span>}
            </dd>
          </div>
        ))}
      </dl>
      {acts.length === 100 && <a href={`/team/${teamId}?before=${last.id}`}>Earlier</a>}
    </>
  );
}
