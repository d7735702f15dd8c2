/**
 * The forms of /verify, read by hand: a page without script shows what became of a file in answer to the very request that
 * brought it. Nothing is kept once that page is made, and no address exists that could show somebody a verdict.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { readFormRequest, type Typed } from './form-request.ts';
import type { PolicyAnswer, SignerAnswer, VerifyRequest } from './schemas.ts';
import { largestVerifyBody } from './schemas.ts';
import type { VerifyOutcome } from './verify.ts';

export interface ShownVerification {
  readonly typed: Typed;
  readonly fileName: string | undefined;
  readonly result:
    | { readonly kind: 'answer'; readonly answer: SignerAnswer | PolicyAnswer }
    | { readonly kind: 'problem'; readonly words: string };
}

export const verificationHeader = 'x-sigwatch-verification';

/** At 12 MiB each, also the bound of what is held. */
const mostAtOnce = 8;

export class VerifyUploads {
  private readonly verify: (request: VerifyRequest) => Promise<VerifyOutcome>;
  private readonly made = new Map<string, ShownVerification>();
  private underWay = 0;

  constructor(verify: (request: VerifyRequest) => Promise<VerifyOutcome>) {
    this.verify = verify;
  }

  async inTurn(work: () => Promise<void>, full: () => void): Promise<void> {
    if (this.underWay >= mostAtOnce) return full();
    this.underWay++;
    try {
      await work();
    } finally {
      this.underWay--;
    }
  }

  /** Turns the request into a GET of the page and, while `show` makes that, has the result at hand for it. */
  async answer(request: IncomingMessage, show: () => Promise<void>): Promise<void> {
    const id = randomUUID();
    this.made.set(id, await readAndVerify(request, this.verify));
    request.method = 'GET';
    request.url = '/verify';
    delete request.headers['content-type'];
    delete request.headers['content-length'];
    request.headers[verificationHeader] = id;
    try {
      await show();
    } finally {
      this.made.delete(id);
    }
  }

  shown(id: string | null): ShownVerification | undefined {
    return id === null ? undefined : this.made.get(id);
  }
}

async function readAndVerify(
  request: IncomingMessage,
  verify: (request: VerifyRequest) => Promise<VerifyOutcome>,
): Promise<ShownVerification> {
  const { typed, fileName, asked } = await readFormRequest(await readForm(request));
  const shown = (result: ShownVerification['result']) => ({ typed, fileName, result });
  if (typeof asked === 'string') return shown({ kind: 'problem', words: asked });
  const outcome = await verify(asked);
  if (outcome.kind === 'answer') return shown(outcome);
  return shown({ kind: 'problem', words: outcome.words ?? outcome.detail });
}

/** serve.ts has refused what says that it is longer, or does not say how long it is. */
async function readForm(request: IncomingMessage): Promise<FormData | undefined> {
  const type = request.headers['content-type'] ?? '';
  if (!type.toLowerCase().startsWith('multipart/form-data')) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestVerifyBody) return undefined;
    chunks.push(chunk);
  }
  try {
    return await new Response(Buffer.concat(chunks), { headers: { 'content-type': type } }).formData();
  } catch {
    return undefined;
  }
}
