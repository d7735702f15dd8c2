import type { Metadata } from 'next';
import { Fragment } from 'react';
import { dependencies } from '../dependencies.ts';
import { Command } from '../ui/command.tsx';
import { openApiDocument } from './openapi.json/document.ts';
import { sandboxKey, sandboxNames } from './front/sandbox-key.ts';
import { Refusals } from './reference/refusals.tsx';
import { OperationSection } from './reference/operation-section.tsx';
import { listOperations, type Operation } from './reference/operations.ts';

export const metadata: Metadata = { title: 'API' };

/** The schemas are the same for every reader: written out once. */
const known = new Map<string, readonly Operation[]>();

function operationsOf(webUrl: string): readonly Operation[] {
  const operations = known.get(webUrl) ?? listOperations(openApiDocument(webUrl).paths);
  known.set(webUrl, operations);
  return operations;
}

const cases: readonly (readonly [name: string, words: string])[] = [
  [sandboxNames.signed, 'two signatures, nothing unusual'],
  [sandboxNames.unexpected, 'one signature, and an alert of it'],
  [sandboxNames.forged, 'none, and one forgery attempt'],
  [sandboxNames.quiet, 'nothing at all'],
];

export default function ApiPage() {
  const { config } = dependencies();
  const operations = operationsOf(config.web.url);
  return (
    <main id="main" className="sheet">
      <div className="reference" data-script="try-api">
        <Introduction webUrl={config.web.url} />
        <nav className="reference-ways small" aria-label="Operations">
          {[...new Set(operations.map(({ group }) => group))].map((group) => (
            <WaysTo key={group} group={group} operations={operations} />
          ))}
          <h2>
            <a href="#errors">Errors and limits</a>
          </h2>
        </nav>
        <div className="reference-body">
          {operations.map((operation) => (
            <OperationSection key={operation.id} operation={operation} webUrl={config.web.url} />
          ))}
          <Refusals webUrl={config.web.url} />
        </div>
      </div>
    </main>
  );
}

function WaysTo({ group, operations }: { group: string; operations: readonly Operation[] }) {
  return (
    <>
      <h2>{group}</h2>
      <ul>
        {operations
          .filter((operation) => operation.group === group)
          .map(({ id, method, path }) => (
            <li key={id}>
              <a href={`#${id}`}>
                <span className="method">{method === 'DELETE' ? 'DEL' : method}</span>{' '}
                <span>
                  {path
                    .replace('/api/v1', '')
                    .split(/(?=\/)/)
                    .map((part) => (
                      <Fragment key={part}>
                        <wbr />
                        {part}
                      </Fragment>
                    ))}
                </span>
              </a>
            </li>
          ))}
      </ul>
    </>
  );
}

function Introduction({ webUrl }: { webUrl: string }) {
  return (
    <header className="operation reference-opening">
      <div className="stack">
        <h1>The API</h1>
        <p className="lead">
          The data of every page, and what its buttons do, as JSON. What is public needs no key; what belongs
          to a team takes one of its keys, made in <a href="/settings">settings</a>.
        </p>
        <p>
          A key has scopes, acts for one team, and never does what its maker may not do there today. Making
          keys, ways to sign in and the mailed yes of an address stay with people.
        </p>
        <p>
          With the key <code>{sandboxKey}</code> everything that is read is an example, the same every time,
          and nothing is written: write your program against it first. These names are in it:
        </p>
        <dl className="facts">
          {cases.map(([name, words]) => (
            <div key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        <p>
          <a href="/api/openapi.json">The whole as OpenAPI 3.1</a>, webhooks included.
        </p>
      </div>
      <div>
        <Command lines={[`curl '${webUrl}/api/v1/signings?identity=jane@example.com'`]} wraps />
      </div>
    </header>
  );
}
