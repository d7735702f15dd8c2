/** The name, and the mark that rings what is unusual: the same one as in the rhythm of a name. */
export function Wordmark() {
  return (
    <a className="wordmark" href="/">
      <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <circle cx="12" cy="12" r="9.5" />
        <rect x="8.5" y="8.5" width="7" height="7" />
      </svg>
      Sigwatch
    </a>
  );
}
