/** What an event consists of: an alert for each of one's watches and each log entry. */
import { asSpelled } from '#lib/rules/facts.ts';
import { Stranger, Time } from '../ui/text.tsx';
import { grouped, plural } from '../ui/time.ts';
import type { InboxAlert } from './store.ts';

export function EventParts({
  alert: { parts, partCount, facts },
}: {
  alert: Pick<InboxAlert, 'parts' | 'partCount' | 'facts'>;
}) {
  if (partCount < 2) return null;
  const spelt = (name: string) => (facts === undefined ? name : asSpelled(facts, name));
  const watches = new Set(parts.map(({ watch }) => watch.id)).size;
  return (
    <details className="small">
      <summary>
        {partCount} parts{watches > 1 && `, of ${plural(watches, 'watch', 'watches')}`}
      </summary>
      <ul className="bulleted">
        {parts.map(({ id, watch, log, index, happenedAt }) => (
          <li key={id}>
            <a href={`/alerts/${id}`}>
              {log === 'intents' ? 'Announcement' : 'Entry'} {grouped(Number(index))}
              {log !== 'intents' && ` of ${log}`}
            </a>
            , <Time at={happenedAt} />, watched: <Stranger text={spelt(watch.value)} />
          </li>
        ))}
      </ul>
      {partCount > parts.length && <p>And {partCount - parts.length} more.</p>}
    </details>
  );
}
