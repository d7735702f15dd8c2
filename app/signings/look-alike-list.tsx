import { legibleName } from '#lib/identity/legible.ts';
import { identityPath } from '../find/question.ts';
import { Name } from '../ui/name.tsx';
import { Ago } from '../ui/text.tsx';
import { plural } from '../ui/time.ts';
import { difference } from './difference.ts';
import type { LookAlike } from './related.ts';
import type { Spellings } from './spellings.ts';

/** Other names, that a hurried eye takes for this one. In mono: there 0 and O, 1 and l differ most. */
export function LookAlikeList({
  names,
  of,
  spellings,
  now,
}: {
  names: readonly LookAlike[];
  /** The name they look like. */
  of: string;
  spellings: Spellings;
  now: Date;
}) {
  return (
    <ul className="rows">
      {names.map(({ value, entries, latest }) => (
        <li key={value} className="entry-row alike">
          <a href={identityPath(value)}>
            <Name
              text={spellings.usual(value)}
              kind={value.includes('@') && !value.includes('/') ? 'email' : 'uri'}
              mono
            />
          </a>
          <span className="small">{difference(legibleName(of), legibleName(value))}</span>
          <span>{plural(entries, 'signature')}</span>
          <Ago at={latest} now={now} />
        </li>
      ))}
    </ul>
  );
}
