/** A state: a shape that differs without colour, a word, then the colour. */
export type Tone = 'good' | 'warn' | 'bad' | 'notable' | 'quiet';

export function Shape({ tone }: { tone: Tone }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {tone === 'good' && <circle cx="8" cy="8" r="7" />}
      {tone === 'warn' && <path d="M8 1 L15.5 15 L0.5 15 Z" />}
      {tone === 'bad' && (
        <path d="M2 0 L8 5.5 L14 0 L16 2 L10.5 8 L16 14 L14 16 L8 10.5 L2 16 L0 14 L5.5 8 L0 2 Z" />
      )}
      {tone === 'notable' && <path d="M8 0 L16 8 L8 16 L0 8 Z" />}
      {tone === 'quiet' && <circle className="hollow" cx="8" cy="8" r="6" strokeWidth="2.5" />}
    </svg>
  );
}

export function Mark({ tone, word }: { tone: Tone; word: string }) {
  return (
    <span className={`mark ${tone}`}>
      <Shape tone={tone} />
      <span>{word}</span>
    </span>
  );
}
