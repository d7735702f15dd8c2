/**
 * The forms of /verify, read by hand: a page without script shows what became of a file in answer to the very request that
 * brought it. Nothing is kept once that page is made, and no address exists that could show somebody a verdict.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { VerifyOutcome } from './engine.ts';
import { readFormRequest, type Question } from './form-request.ts';
import { largestVerifyBody } from './limits.ts';
import { shownOutcome, type ShownVerification } from './shown-verification.ts';

type VerifyForm = (question: Question) => Promise<VerifyOutcome>;

export const verificationHeader = 'x-sigwatch-verification';

/** At 12 MiB each, also the bound of what is held. */
const mostAtOnce = 8;

export class VerifyUploads {
  private readonly verify: VerifyForm;
  private readonly made = new Map<string, ShownVerification>();
  private underWay = 0;

  constructor(verify: VerifyForm) {
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

async function readAndVerify(request: IncomingMessage, verify: VerifyForm): Promise<ShownVerification> {
  const form = await readFormRequest(await readForm(request));
  const { asked } = form;
  return shownOutcome(form, typeof asked === 'string' ? asked : await verify(asked));
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
