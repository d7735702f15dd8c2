/** The one box. A plain GET form: the answer is a page with an address of its own. */
export function SearchBox({
  typed = '',
  problem,
  large = false,
}: {
  typed?: string;
  problem?: string | undefined;
  large?: boolean;
}) {
  return (
    <search>
      <form action="/" method="get" className={large ? 'ask ask-large' : 'ask'}>
        <label htmlFor="q">E-mail address, repository, workflow, SHA-256 or entry number</label>
        <input
          id="q"
          name="q"
          type="search"
          defaultValue={typed}
          placeholder="jane@example.com"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          // eslint-disable-next-line jsx-a11y/no-autofocus -- the home page is this box
          autoFocus={large}
          aria-invalid={problem === undefined ? undefined : true}
          aria-describedby={problem === undefined ? 'q-hint' : 'q-problem'}
        />
        <button type="submit">Look it up</button>
        {problem === undefined ? (
          <p id="q-hint" className="hint">
            Also <span className="mono">github.com/acme/app</span>, all of{' '}
            <span className="mono">github.com/acme</span>, or the <span className="mono">sha256</span> of a
            file, certificate or key.
          </p>
        ) : (
          <p id="q-problem" className="problem" role="alert">
            {problem}
          </p>
        )}
      </form>
    </search>
  );
}
