/** How the API refuses (RFC 9457): the same words wherever it is done. */
import { problemAnchor, problemKinds, statusKinds, type ProblemCode } from './problem-kinds.ts';

export interface Problem {
  /** Where the kind is explained: a place on this instance's page of the API. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
}

export function problemBody(webUrl: string, status: number, detail: string, code?: ProblemCode): Problem {
  const kind = code ?? codeOf(status);
  const type = `${webUrl}/api#${problemAnchor(kind)}`;
  return { type, title: problemKinds[kind].title, status, detail, code: kind };
}

function codeOf(status: number): ProblemCode {
  const known: Readonly<Record<number, ProblemCode>> = statusKinds;
  return known[status] ?? (status >= 500 ? 'broken' : 'invalid');
}
