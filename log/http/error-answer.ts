/** Errors to HTTP, once for this process. The body is the shape Rekor's clients know: {"code","message","details"}. */
import { RootsError } from '../ct/roots.ts';
import { mayPass, reasonOfWait } from '../opening.ts';
import { SequencerError } from '../sequencer/entry.ts';
import { ConflictError, json, RequestError, type Answer, type RequestErrorCode } from './exchange.ts';

// google.rpc.Code: INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, UNIMPLEMENTED, INTERNAL, UNAVAILABLE.
const rpc = { invalid: 3, notFound: 5, exists: 6, unimplemented: 12, internal: 13, unavailable: 14 } as const;

const requestErrors: Record<RequestErrorCode, { status: number; code: number }> = {
  malformed: { status: 400, code: rpc.invalid },
  'too-slow': { status: 408, code: rpc.invalid },
  'too-large': { status: 413, code: rpc.invalid },
  'not-found': { status: 404, code: rpc.notFound },
  'wrong-method': { status: 405, code: rpc.unimplemented },
};

/** The message of an unexpected error stays inside; the request id in the answer leads to it. */
export function errorAnswer(error: unknown): Answer {
  if (error instanceof RequestError) {
    const { status, code } = requestErrors[error.code];
    return errorBody(status, code, error.message);
  }
  if (error instanceof ConflictError) return errorBody(409, rpc.exists, error.message, error.headers);
  // Plain text, as upstream answers here, and nowhere else.
  if (error instanceof SequencerError && error.code === 'frozen') {
    const headers = { 'content-type': 'text/plain; charset=utf-8', allow: 'GET, HEAD, OPTIONS' };
    return { status: 405, headers, body: `${error.message}\n` };
  }
  if (error instanceof SequencerError) {
    return errorBody(503, rpc.unavailable, error.message, { 'retry-after': '1' });
  }
  if (error instanceof RootsError)
    return errorBody(503, rpc.unavailable, error.message, { 'retry-after': '2' });
  if (mayPass(error))
    return errorBody(503, rpc.unavailable, `${reasonOfWait(error)}, try again`, {
      'retry-after': '1',
    });
  return errorBody(500, rpc.internal, 'something went wrong on our side');
}

/** The code by which errors are counted. */
export function errorCode(error: unknown): string {
  if (error instanceof RequestError || error instanceof SequencerError) return error.code;
  if (error instanceof ConflictError) return 'conflict';
  return error instanceof RootsError ? 'no-roots' : 'internal';
}

function errorBody(
  status: number,
  code: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return json(status, JSON.stringify({ code, message, details: [] }), headers);
}
