import { Command } from '../../ui/command.tsx';
import { exampleOf, snippets, type Field, type Operation } from './operations.ts';

/** What it is and what it takes on the left, how it is asked on the right. */
export function OperationSection({ operation, webUrl }: { operation: Operation; webUrl: string }) {
  const { id, method, path, summary, words, fields, body, statuses } = operation;
  const [first, ...others] = snippets(operation, webUrl);
  return (
    <section className="operation" id={id} aria-labelledby={`${id}-title`}>
      <div className="stack">
        <h2 id={`${id}-title`}>{summary}</h2>
        <p className="mono whole">
          <span className="method">{method}</span> {path}
        </p>
        {words !== '' && <p>{words.replaceAll('`', '')}</p>}
        <Fields title="Takes" fields={fields} />
        <Fields title="In its JSON body" fields={body} />
        <p className="small soft">Answers {statuses.join(', ')}</p>
      </div>
      <div className="stack">
        {first !== undefined && <Command lines={first[1]} wraps />}
        {others.map(([language, lines]) => (
          <details key={language}>
            <summary>{language}</summary>
            <Command lines={lines} wraps />
          </details>
        ))}
        {method === 'GET' && <TryIt operation={operation} />}
      </div>
    </section>
  );
}

function Fields({ title, fields }: { title: string; fields: readonly Field[] }) {
  if (fields.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <dl className="facts">
        {fields.map(({ name, type, words, required }) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
              {required && <span className="small"> needed</span>}
            </dt>
            <dd>{words === '' ? type : words}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** A plain form where no path has to be filled in; app/client/try-api.ts shows the answer below it, as the sandbox gives it. */
function TryIt({ operation }: { operation: Operation }) {
  const { id, path, fields } = operation;
  return (
    <details>
      <summary>Try it in the sandbox</summary>
      <form
        action={path.includes('{') ? undefined : path}
        method="get"
        className="stack try-it"
        data-path={path}
      >
        {fields.map((field) => (
          <div key={field.name} className="field">
            <label htmlFor={`${id}-${field.name}`}>{field.name}</label>
            <input
              id={`${id}-${field.name}`}
              name={field.name}
              type="text"
              defaultValue={exampleOf(operation, field)}
              autoComplete="off"
              spellCheck={false}
            />
          </div>
        ))}
        <button type="submit" className="second">
          Ask
        </button>
        <output className="try-answer" />
      </form>
    </details>
  );
}
