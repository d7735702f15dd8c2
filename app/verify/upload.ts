/**
 * The form of /verify, read by hand: a page without script shows what became of a file in answer to the very request that
 * brought it. Nothing is kept once that page is made, and no address exists that could show somebody a verdict.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { toBase64 } from '#lib/encoding/base64.ts';
import type { PolicyAnswer, SignerAnswer, VerifyRequest } from './schemas.ts';
import { digestText, largestFile, largestVerifyBody, signerRequest } from './schemas.ts';
import type { VerifyOutcome } from './verify.ts';

/** What the person typed, to be shown again; browsers do not give files back. */
export interface Typed {
  readonly digest: string;
  readonly identity: string;
  readonly issuer: string;
}

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
  const form = await readForm(request);
  const typed = {
    digest: textOf(form, 'digest'),
    identity: textOf(form, 'identity'),
    issuer: textOf(form, 'issuer'),
  };
  const file = fileOf(form, 'file');
  const shown = (result: ShownVerification['result']) => ({ typed, fileName: file?.name, result });
  const asked = await readRequest(form, file, typed);
  if (typeof asked === 'string') return shown({ kind: 'problem', words: asked });
  const outcome = await verify(asked);
  return shown(outcome.kind === 'problem' ? { kind: 'problem', words: outcome.detail } : outcome);
}

/** A sentence for the person when there is nothing to verify. */
async function readRequest(
  form: FormData | undefined,
  file: File | undefined,
  { digest, identity, issuer }: Typed,
): Promise<VerifyRequest | string> {
  const bundle = fileOf(form, 'bundle');
  if (form === undefined) return 'That form could not be read. Nothing was verified.';
  if (identity === '' || issuer === '') {
    return 'Say who must have signed it and who vouches for that login. Without both, a signature proves nothing.';
  }
  if ((file === undefined) === (digest === '')) return 'Give the file or its digest, one of the two.';
  if (bundle === undefined) return 'Give the bundle: the file that ends in .sigstore.json.';
  if (file !== undefined && file.size > largestFile) {
    return 'That file is over 8 MiB. Give its digest instead: sha256sum FILE says it.';
  }
  const readDigest = digestText.safeParse(digest);
  if (file === undefined && !readDigest.success) {
    return 'That is not a digest. It is 64 hexadecimal digits, as sha256sum prints them.';
  }
  const artifact =
    file === undefined
      ? { digest: readDigest.data ?? '' }
      : { bytes: toBase64(new Uint8Array(await file.arrayBuffer())) };
  const read = signerRequest.safeParse({ artifact, bundle: await bundle.text(), identity, issuer });
  return read.success ? read.data : `That could not be read: ${read.error.issues[0]?.message ?? 'unknown'}.`;
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

/** Once or not at all: of two answers to one question none is the answer. */
function textOf(form: FormData | undefined, name: string): string {
  const [value, ...more] = form?.getAll(name) ?? [];
  return typeof value === 'string' && more.length === 0 ? value.trim() : '';
}

/** A browser sends an empty file without a name for a field that was left alone. */
function fileOf(form: FormData | undefined, name: string): File | undefined {
  const [value, ...more] = form?.getAll(name) ?? [];
  if (value === undefined || typeof value === 'string' || more.length > 0) return undefined;
  return value.size === 0 && value.name === '' ? undefined : value;
}
