/** The rhythm of an identity: does its owner see at a glance "that is me, that is not"? */
import { Line } from '../ui/ledger.tsx';
import { grouped, plural } from '../ui/time.ts';
import { hourSpans, isUnusual, rhythmDays, type Habit, type Rhythm } from './rhythm.ts';
import { FewStrip, isFew } from './few-strip.tsx';
import { RhythmTable } from './rhythm-table.tsx';
import { Strips } from './strip.tsx';
import type { Rhythms } from './store.ts';
import { UnusualList } from './unusual-list.tsx';

export function RhythmLine({ rhythms: { own, inUtc } }: { rhythms: Rhythms }) {
  if (inUtc.marks.length === 0)
    return (
      <Line label="Rhythm, 90 days">
        <p>Not one signature in the last {rhythmDays} days: all there are, are older.</p>
      </Line>
    );
  return (
    <Line label="Rhythm, 90 days">
      {own === inUtc ? (
        <Drawn rhythm={inUtc} />
      ) : (
        <>
          <div className="on-screen">
            <Drawn rhythm={own} />
          </div>
          <div className="in-print">
            <Drawn rhythm={inUtc} />
          </div>
        </>
      )}
    </Line>
  );
}

function Drawn({ rhythm }: { rhythm: Rhythm }) {
  const zone = rhythm.zone ?? 'UTC';
  const few = isFew(rhythm);
  const unusual = rhythm.marks.filter(isUnusual).length;
  const words = `Signatures on ${grouped(rhythm.activeDays)} of ${rhythmDays} days, by hour of the day, ${zone}; ${
    unusual === 0 ? 'none unusual' : `${grouped(unusual)} unusual`
  }. The table below has every one.`;
  return (
    <div className="stack">
      <figure className="stack">
        {few ? <FewStrip rhythm={rhythm} words={words} /> : <Strips rhythm={rhythm} words={words} />}
        <figcaption className="hint">
          Each mark is an hour, {zone}, in which this name signed
          {few ? '' : '; the larger, the more often'}.{' '}
          {unusual > 0 && (
            <>
              <Ring /> is unusual: the first signature from a source, by a workflow or by a trigger
              {rhythm.habit.kind === 'hours' && ', or one outside the usual hours'}.{' '}
            </>
          )}
          <HabitWords habit={rhythm.habit} activeDays={rhythm.activeDays} />
        </figcaption>
      </figure>
      <UnusualList rhythm={rhythm} />
      <RhythmTable rhythm={rhythm} />
    </div>
  );
}

function Ring() {
  return (
    <>
      <span className="unseen">A ring</span>
      <svg className="ring-key" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <rect x="6" y="6" width="4" height="4" />
        <circle className="ring" cx="8" cy="8" r="6.5" />
      </svg>
    </>
  );
}

function HabitWords({ habit, activeDays }: { habit: Habit; activeDays: number }) {
  switch (habit.kind) {
    case 'too-few':
      return `${plural(activeDays, 'day')} with signatures ${activeDays === 1 ? 'is' : 'are'} too few to know which hours are usual.`;
    case 'all-hours':
      return 'It signs around the clock, so no hour is unusual.';
    case 'hours':
      return `Usual, as the bar on the left shows: ${hourSpans(habit.hours).join(', ')}.`;
  }
}
