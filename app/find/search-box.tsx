/** The one box. A plain GET form: the answer is a page with an address of its own. */
interface Shown {
  readonly typed?: string;
  readonly problem?: string | undefined;
  /** On the first page; app/client/find-name.ts helps there. */
  readonly large?: boolean;
}

export function SearchBox({ typed = '', problem, large = false }: Shown) {
  return (
    <search>
      <form
        id="find"
        action="/"
        method="get"
        className={large ? 'ask ask-large' : 'ask'}
        data-script={large ? 'find-name' : undefined}
      >
        <label htmlFor="q">
          E-mail address, repository, workflow, key, <span className="together">SHA-256</span> or log entry
        </label>
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
          aria-describedby={problem === undefined ? 'q-hint' : 'q-problem q-hint'}
        />
        <button type="submit">Look it up</button>
        {problem !== undefined && (
          <p id="q-problem" className="problem" role="alert">
            {problem}
          </p>
        )}
        <Hint large={large} />
      </form>
      {large && <output id="find-answer" htmlFor="q" className="find-answer stack" />}
    </search>
  );
}

function Hint({ large }: { large: boolean }) {
  return (
    <p id="q-hint" className="hint find-hint">
      <span>
        Also <span className="mono">github.com/acme/app</span>, all of{' '}
        <span className="mono">github.com/acme</span>, or the <span className="mono">sha256</span> of a file,
        certificate or key.
      </span>
      {large && (
        <span id="find-file-place" hidden>
          <label htmlFor="find-file">Or drop a file here:</label> <input id="find-file" type="file" />
        </span>
      )}
      {large && <output id="find-kind" className="find-kind" />}
    </p>
  );
}
