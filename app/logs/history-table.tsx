import { ScrollTable } from '../ui/scroll-table.tsx';
import { Time } from '../ui/text.tsx';
import { duration, grouped } from '../ui/time.ts';
import type { LogMoment } from './history.ts';

const columns = {
  at: { head: 'At' },
  verified: { head: 'Verified', isNumber: true },
  waiting: { head: 'Not verified yet', isNumber: true },
  age: { head: 'Checkpoint age', isNumber: true },
};

/** The charts in some two dozen figures, newest first. */
export function HistoryTable({ name, moments }: { name: string; moments: readonly LogMoment[] }) {
  const step = Math.max(1, Math.floor(moments.length / 24));
  const shown = [...moments].reverse().filter((_, at) => at % step === 0);
  return (
    <details>
      <summary>The same as a table</summary>
      <ScrollTable label={`How ${name} stood`} columns={columns}>
        {shown.map(({ at, verifiedSize, knownSize, checkpointAge }) => (
          <tr key={at.getTime()}>
            <th scope="row">
              <Time at={at} />
            </th>
            <td className="number">{grouped(verifiedSize)}</td>
            <td className="number">{grouped(knownSize - BigInt(verifiedSize))}</td>
            <td className="number">{checkpointAge === null ? 'none' : duration(checkpointAge)}</td>
          </tr>
        ))}
      </ScrollTable>
    </details>
  );
}
