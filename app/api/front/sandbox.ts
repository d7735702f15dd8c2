/**
 * The key `swk_sandbox` opens nothing: whatever is asked with it is answered with an example, the same every time, for
 * every address that can be read.
 */
import { problemBody } from '../problem-body.ts';
import { namedIn } from './api-routes.ts';
import { alertExamples } from './examples/alerts.ts';
import type { Example } from './examples/example.ts';
import { logExamples } from './examples/logs.ts';
import { signingExamples } from './examples/signings.ts';
import { teamExamples } from './examples/team.ts';
import { watchExamples } from './examples/watches.ts';

const examples: ReadonlyMap<string, Example> = new Map(
  Object.entries({
    ...signingExamples,
    ...logExamples,
    ...watchExamples,
    ...alertExamples,
    ...teamExamples,
  }),
);

export interface SandboxAnswer {
  readonly status: number;
  readonly body: object | string;
}

export function sandboxAnswer(webUrl: string, method: string, url: string): SandboxAnswer {
  const { pathname, searchParams } = new URL(url, 'https://sandbox.example');
  if (method !== 'GET' && method !== 'HEAD') return refusal(webUrl, 403, 'The sandbox key only reads.');
  const asked = namedIn(pathname);
  const body = asked && examples.get(asked.path)?.({ query: searchParams, named: asked.named });
  return body === undefined
    ? refusal(webUrl, 404, 'The sandbox has no such example.')
    : { status: 200, body };
}

function refusal(webUrl: string, status: number, detail: string): SandboxAnswer {
  return { status, body: problemBody(webUrl, status, detail) };
}
