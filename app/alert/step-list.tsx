import type { Step } from './next-steps.ts';

export function StepList({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className="steps">
      {steps.map(({ title, todo, link }) => (
        <li key={title}>
          <div className="stack">
            <h3>{title}</h3>
            <ul className="bulleted">
              {todo.map((item) => (
                <li key={item}>{item}</li>
              ))}
            </ul>
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
