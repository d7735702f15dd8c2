/** What is refused and how much may be asked; each kind of refusal has its place here, where its type leads. */
import { Command } from '../../ui/command.tsx';
import { problemBody } from '../problem-body.ts';
import { problemAnchor, problemCodes, problemKinds, statusKinds } from '../problem-kinds.ts';

/** Kinds without a status of their own are of these. */
const otherStatuses: Readonly<Record<string, string>> = { 'too-often': '429' };

function statusOf(code: string): string {
  const [status] = Object.entries(statusKinds).find(([, kind]) => kind === code) ?? [];
  return status ?? otherStatuses[code] ?? '409';
}

export function Refusals({ webUrl }: { webUrl: string }) {
  return (
    <section className="operation" id="errors" aria-labelledby="errors-title">
      <div className="stack">
        <h2 id="errors-title">Errors and limits</h2>
        <p>
          What is refused is answered as <code>application/problem+json</code> (RFC 9457): <code>code</code>{' '}
          is one of those below, <code>type</code> leads to its line here, <code>detail</code> says in words
          what was wrong this time.
        </p>
        <p>
          <code>RateLimit</code> says how much is left and until when; past it the answer is 429 with{' '}
          <code>Retry-After</code>. What is public carries an <code>ETag</code>: send it back as{' '}
          <code>If-None-Match</code> and an unchanged answer has no body; scripts of any site may read it.
          Long lists are paged: <code>next</code> of one page is the <code>cursor</code> of the following.
        </p>
      </div>
      <div>
        <Command
          lines={[
            'HTTP/1.1 429 Too Many Requests',
            'content-type: application/problem+json',
            'ratelimit: "address";r=0;t=12',
            'retry-after: 12',
            '',
            ...JSON.stringify(problemBody(webUrl, 429, 'Ask again in 12 seconds.'), undefined, 1).split('\n'),
          ]}
          wraps
        />
      </div>
      <dl className="facts problem-kinds">
        {problemCodes.map((code) => (
          <div key={code} id={problemAnchor(code)}>
            <dt>
              <code>{code}</code> <span className="small soft">{statusOf(code)}</span>
            </dt>
            <dd>{problemKinds[code].words}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
