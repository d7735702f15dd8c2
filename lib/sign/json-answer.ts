/** The answer of a service as JSON, or its complaint as the reason why we stop. */
import * as z from 'zod';
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

/** Fulcio's fixed sentence, and behind it what our own authority says of the cause (google.rpc.ErrorInfo). */
const complaints = z.object({
  message: z.string(),
  details: z
    .array(z.object({ metadata: z.object({ explanation: z.string().optional() }).optional() }))
    .catch([]),
});

function complaint(json: unknown): string {
  const said = complaints.safeParse(json).data;
  if (said === undefined) return '';
  const why = said.details.find(({ metadata }) => metadata?.explanation !== undefined)?.metadata?.explanation;
  return `: ${visibleText(said.message)}${why === undefined ? '' : ` (${visibleText(why)})`}`;
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
