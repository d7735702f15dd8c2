import type { Step } from './next-steps.ts';

export function StepList({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className="steps">
      {steps.map(({ title, todo, link, text }) => (
        <li key={title}>
          <div className="stack">
            <h3>{title}</h3>
            <ul className="bulleted">
              {todo.map((item) => (
                <li key={item}>{item}</li>
              ))}
            </ul>
            {text !== undefined && (
              <details>
                <summary>A report to copy</summary>
                <pre className="command command-wraps">{text}</pre>
              </details>
            )}
            {link !== undefined && (
              <p>
                <a href={link.href}>{link.label}</a>
              </p>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
