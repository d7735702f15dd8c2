import { Stranger, Time } from '../ui/text.tsx';
import type { Blind } from './blind-store.ts';
import { durationInWords } from './progress.ts';

/** What was signed in these times was found afterwards; nobody could be told of it meanwhile. */
export function BlindList({ blind, nameOf }: { blind: readonly Blind[]; nameOf: (logId: string) => string }) {
  return (
    <ul className="stack">
      {blind.map(({ logId, fromAt, untilAt, reason }) => (
        <li key={`${logId} ${fromAt.toISOString()}`}>
          <p>
            <Stranger text={nameOf(logId)} />: not seen for{' '}
            {durationInWords((untilAt.getTime() - fromAt.getTime()) / 1000)}, from <Time at={fromAt} />
          </p>
          <p className="hint">
            <Stranger text={reason} />
          </p>
        </li>
      ))}
    </ul>
  );
}
