import { foreignLetters, latinLookOf } from '#lib/identity/alphabet.ts';
import { legibleName } from '#lib/identity/legible.ts';
import { normalise, type Identity } from '#lib/identity/normalise.ts';
import { identityPath, identityText } from '../find/question.ts';
import { Mark } from './mark.tsx';
import { Stranger } from './text.tsx';

/** What is odd about a name, in words, and the one it is taken for; nothing for a name of one alphabet. */
export function AlphabetNote({ identity }: { identity: Identity }) {
  const text = legibleName(identity.value);
  const foreign = foreignLetters(text);
  if (foreign.length === 0) return null;
  const said = foreign.map(({ letter, alphabet }) => `“${letter}” is ${alphabet}`).join(', ');
  return (
    <div className="notice notable">
      <Mark tone="notable" word="Not the letters it seems" />
      <p>
        {said}. {foreign.length === 1 ? 'It only looks' : 'They only look'} Latin.{' '}
        <TakenFor identity={identity} text={text} />
      </p>
    </div>
  );
}

function TakenFor({ identity, text }: { identity: Identity; text: string }) {
  const [other] = normalise(identity.kind, latinLookOf(text) ?? '');
  if (other === undefined || other.value === identity.value) return null;
  return (
    <>
      Another name, all in Latin letters:{' '}
      <a href={identityPath(identityText(other))}>
        <Stranger text={other.value} mono />
      </a>
      .
    </>
  );
}
