import { Time } from '../ui/text.tsx';
import { duration, grouped } from '../ui/time.ts';
import type { LogMoment } from './history.ts';

/** The charts in some two dozen figures, newest first. */
export function HistoryTable({ name, moments }: { name: string; moments: readonly LogMoment[] }) {
  const step = Math.max(1, Math.floor(moments.length / 24));
  const shown = [...moments].reverse().filter((_, at) => at % step === 0);
  return (
    <details>
      <summary>The same as a table</summary>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard */}
      <section className="scroll" aria-label={`How ${name} stood`} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">At</th>
              <th scope="col" className="number">
                Verified
              </th>
              <th scope="col" className="number">
                Not verified yet
              </th>
              <th scope="col" className="number">
                Checkpoint age
              </th>
            </tr>
          </thead>
          <tbody>
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
          </tbody>
        </table>
      </section>
    </details>
  );
}
