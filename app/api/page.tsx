import type { Metadata } from 'next';
import { dependencies } from '../dependencies.ts';
import { Command } from '../ui/command.tsx';
import { openApiDocument } from './openapi.json/document.ts';
import { sandboxKey, sandboxNames } from './front/sandbox-key.ts';
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
          <ul>
            {operations.map(({ id, method, path }) => (
              <li key={id}>
                <a href={`#${id}`}>
                  <span className="method">{method}</span> {path.replace('/api/v1', '')}
                </a>
              </li>
            ))}
            <li>
              <a href="#errors">Errors and limits</a>
            </li>
          </ul>
        </nav>
        <div className="reference-body">
          {operations.map((operation) => (
            <OperationSection key={operation.id} operation={operation} webUrl={config.web.url} />
          ))}
          <Errors />
        </div>
      </div>
    </main>
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

function Errors() {
  return (
    <section className="operation" id="errors" aria-labelledby="errors-title">
      <div className="stack">
        <h2 id="errors-title">Errors and limits</h2>
        <p>
          What is refused is answered as <code>application/problem+json</code> (RFC 9457).{' '}
          <code>RateLimit</code> says how much is left and until when; past it the answer is 429 with{' '}
          <code>Retry-After</code>. What is public carries an <code>ETag</code>: send it back as{' '}
          <code>If-None-Match</code> and an unchanged answer has no body; scripts of any site may read it.
          Long lists are paged: <code>next</code> of one page is the <code>cursor</code> of the following.
        </p>
        <dl className="facts">
          {statuses.map(([status, words]) => (
            <div key={status}>
              <dt>{status}</dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div>
        <Command
          lines={[
            'HTTP/1.1 429 Too Many Requests',
            'content-type: application/problem+json',
            'ratelimit: "address";r=0;t=12',
            'retry-after: 12',
            '',
            '{"type":"about:blank","title":"Too many requests",',
            ' "status":429,"detail":"Ask again in 12 seconds."}',
          ]}
        />
      </div>
    </section>
  );
}

const statuses = [
  ['400', 'the question does not read; detail says where'],
  ['401, 403', 'no key, or one without the scope'],
  ['404', 'not there, or not yours: the two are answered alike'],
  ['405', 'not this method; Allow says which'],
  ['409', 'not possible as things stand'],
  ['413, 415', 'too much, or of another type than asked for'],
  ['429', 'too often'],
  ['503', 'a service this needs does not answer; try again'],
] as const;
