import { identityPath } from '../find/question.ts';
import { Ago, Stranger } from '../ui/text.tsx';
import { plural } from '../ui/time.ts';
import { difference } from './difference.ts';
import type { LookAlike } from './related.ts';

/** Other names, that a hurried eye takes for this one. In mono: there 0 and O, 1 and l differ most. */
export function LookAlikeList({
  names,
  of,
  now,
}: {
  names: readonly LookAlike[];
  /** The name they look like. */
  of: string;
  now: Date;
}) {
  return (
    <ul className="rows">
      {names.map(({ value, entries, latest }) => (
        <li key={value} className="entry-row alike">
          <a href={identityPath(value)}>
            <Stranger text={value} mono />
          </a>
          <span className="small">{difference(of, value)}</span>
          <span>{plural(entries, 'signature')}</span>
          <Ago at={latest} now={now} />
        </li>
      ))}
    </ul>
  );
}
