/** Strangers' text, times and long identifiers, each shown in one way everywhere. */
import { Fragment, use } from 'react';
import { foreignLetters, type ForeignLetter } from '#lib/identity/alphabet.ts';
import { directionalParts } from '#lib/identity/directional-parts.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { zoneOfPage } from '../clock/zone-of-page.ts';
import { exactTime, timeAgo } from './time.ts';

/** Text out of an entry or a form: inert, its direction kept to itself, never a link. */
export function Stranger({
  text,
  mono = false,
  limit,
}: {
  text: string;
  mono?: boolean;
  limit?: number | undefined;
}) {
  const shown = visibleText(text, limit);
  const parts = directionalParts(shown);
  return (
    <bdi className={mono ? 'mono whole' : 'whole'} dir={parts === undefined ? undefined : 'ltr'}>
      {parts === undefined ? <Letters text={shown} /> : <Parts parts={parts} />}
    </bdi>
  );
}

function Parts({ parts }: { parts: readonly string[] }) {
  return parts.map((part, at) => (
    // eslint-disable-next-line react/no-array-index-key -- parts have no other name
    <bdi key={at}>
      <Letters text={part} />
    </bdi>
  ));
}

/** An escape is one sign: no line ends within it. */
function Letters({ text }: { text: string }) {
  const pieces = text.split(/(\\u\{[0-9a-f×]+\})/);
  if (pieces.length === 1) return <Written text={text} />;
  return pieces.map((piece, at) =>
    at % 2 === 1 ? (
      // eslint-disable-next-line react/no-array-index-key -- pieces have no other name
      <span key={at} className="together">
        {piece}
      </span>
    ) : (
      // eslint-disable-next-line react/no-array-index-key -- pieces have no other name
      <Written key={at} text={piece} />
    ),
  );
}

function Written({ text }: { text: string }) {
  const foreign = foreignLetters(text);
  return foreign.length === 0 ? <Breaking text={text} /> : <Marked text={text} foreign={foreign} />;
}

/** Longer than a line of a phone; such a name ends a line rather behind its signs than within a word. */
const longWord = 22;

function Breaking({ text }: { text: string }) {
  if (!text.split(/\s/).some((word) => word.length > longWord)) return text;
  const after = text.includes('/') ? /(?<=[^/]\/)(?=[^/\s])/ : /(?<=[@.])(?=[^@.\s])/;
  return text.split(after).map((piece, at) => (
    // eslint-disable-next-line react/no-array-index-key -- pieces have no other name
    <Fragment key={at}>
      {at > 0 && <wbr />}
      {piece}
    </Fragment>
  ));
}

/** Letters of another alphabet are underlined, wherever the name stands. */
function Marked({ text, foreign }: { text: string; foreign: readonly ForeignLetter[] }) {
  const letters = foreign.map(({ letter }) => letter);
  return text.split(new RegExp(`([${letters.join('')}])`, 'u')).map((piece, at) => {
    const found = foreign.find(({ letter }) => letter === piece);
    return found === undefined ? (
      piece
    ) : (
      // eslint-disable-next-line react/no-array-index-key -- pieces have no other name
      <span key={at} className="foreign" title={`${found.alphabet} ${found.letter}`}>
        {piece}
      </span>
    );
  });
}

/** A long identifier in a row: head and tail for the eye, all of it for copying and for screen readers. */
export function ShortId({ value, ends = 8 }: { value: string; ends?: number }) {
  if (value.length <= 3 * ends) return <code className="id">{value}</code>;
  return (
    <code className="id" title={value}>
      {value.slice(0, ends)}
      <span className="id-middle">{value.slice(ends, -ends)}</span>
      {value.slice(-ends)}
    </code>
  );
}

export function Time({ at }: { at: Date | string }) {
  const date = new Date(at);
  const zone = use(zoneOfPage());
  if (zone === undefined) return <time dateTime={date.toISOString()}>{exactTime(date)}</time>;
  return (
    <time dateTime={date.toISOString()} title={exactTime(date)}>
      <span className="on-screen">{exactTime(date, zone)}</span>
      <span className="in-print">{exactTime(date)}</span>
    </time>
  );
}

export function Ago({ at, now }: { at: Date | string; now: Date }) {
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={exactTime(date)}>
      {timeAgo(date, now)}
    </time>
  );
}
