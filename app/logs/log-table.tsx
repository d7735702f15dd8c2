import { Mark } from '../ui/mark.tsx';
import { ScrollTable } from '../ui/scroll-table.tsx';
import { Ago, Stranger } from '../ui/text.tsx';
import { grouped } from '../ui/time.ts';
import type { History } from './history.ts';
import { logState } from './log-state.ts';
import { Sparkline } from './sparkline.tsx';
import { readOf, type FollowedLog } from './store.ts';

const columnsOver = (hours: number) => ({
  log: { head: 'Log' },
  state: { head: 'State' },
  verified: { head: 'Entries verified', isNumber: true },
  lately: { head: `In ${hours} hours`, isNumber: true, isRoomy: true },
  checkpoint: { head: 'Checkpoint' },
});

/** Each log on one line: may you rely on it, how far, how fresh. */
export function LogTable({
  logs,
  history,
  now,
}: {
  logs: readonly FollowedLog[];
  history: History;
  now: Date;
}) {
  if (logs.length === 0)
    return (
      <p className="soft">
        No log is followed yet. The monitor adds this instance’s own logs when it starts.
      </p>
    );
  return (
    <ScrollTable label="Table of logs" shape="log-table" columns={columnsOver(history.hours)}>
      {logs.map((log) => (
        <tr key={log.id}>
          <th scope="row">
            <a href={`/logs#${encodeURIComponent(log.id)}`}>
              <Stranger text={log.name} />
            </a>
          </th>
          <td>
            <Mark {...logState(log)} />
          </td>
          <td className="number">
            {grouped(readOf(log))}
            <span className="narrow-label"> entries verified</span>
          </td>
          <td className="roomy number">
            <Sparkline moments={history.moments.filter((moment) => moment.log === log.id)} span={history} />
          </td>
          <td className="fresh">
            {log.checkpointAt === null ? 'none yet' : <Ago at={log.checkpointAt} now={now} />}
          </td>
        </tr>
      ))}
    </ScrollTable>
  );
}
