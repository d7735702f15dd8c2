/** The answer of a service as JSON, or its complaint as the reason why we stop. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { SignError, type SignErrorCode } from './sign-error.ts';
import type { ServiceAnswer } from './transport.ts';

export function readJsonAnswer(
  { status, body }: ServiceAnswer,
  refused: SignErrorCode,
  who: string,
): unknown {
  const json = parse(body);
  if (status >= 200 && status < 300) {
    if (json === undefined) throw new SignError('answer-malformed', `${who} did not answer with JSON`);
    return json;
  }
  throw new SignError(refused, `${who} answered ${status}${complaint(json)}`);
}

function complaint(json: unknown): string {
  const said = typeof json === 'object' && json !== null && 'message' in json ? json.message : undefined;
  return typeof said === 'string' ? `: ${visibleText(said)}` : '';
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
