/**
 * `{ca}/internal/freezes` from both sides: what a freeze is, and how workers and web ask the authority for one. The
 * contract is in ARCHITECTURE.md.
 */
import { z } from 'zod';
import { normalise } from '#lib/identity/normalise.ts';

export const freezeKinds = ['email', 'uri', 'username', 'repository'] as const;

const name = { kind: z.enum(freezeKinds), value: z.string().min(1).max(2048) };
const repositoryId = z.string().regex(/^[0-9]{1,20}$/);
/** Numbers of the proof a freeze rests on, `repository/owner`; a name has one freeze for each. */
const holder = z.string().regex(/^(?:[0-9]{0,20}\/[0-9]{0,20})?$/);
/** Runs that it does not stop. */
const spared = z.array(z.string().regex(/^(?:repository|owner) [0-9]{1,20}$/)).max(1_000);
/** `by`: who asks, for the record: an account, an address, a command. */
const said = { by: z.string().min(1).max(320), reason: z.string().max(500).default('') };

/** In the one spelling that certificates are compared in. */
function spelled<T extends FreezeName>(given: T, context: z.RefinementCtx): T {
  const [identity, ...more] = normalise(given.kind, given.value);
  if (identity !== undefined && more.length === 0) return { ...given, value: identity.value };
  context.addIssue({ code: 'custom', path: ['value'], message: 'names nobody' });
  return z.NEVER;
}

export const putFreezeBody = z
  .strictObject({
    ...name,
    ...said,
    repositoryId: repositoryId.optional(),
    holder: holder.optional(),
    spared: spared.optional(),
  })
  .transform(spelled);
export const endFreezeBody = z
  .strictObject({ ...name, ...said, holder: holder.optional() })
  .transform(spelled);
export const freezeQuery = z.strictObject(name).transform(spelled);

const freeze = z.object({
  kind: z.enum(freezeKinds),
  value: z.string(),
  repositoryId: repositoryId.nullable(),
  reason: z.string(),
  frozenBy: z.string(),
  frozenAt: z.iso.datetime(),
  refusals: z.number().int(),
  lastRefusedAt: z.iso.datetime().nullable(),
});

export interface FreezeName {
  readonly kind: (typeof freezeKinds)[number];
  readonly value: string;
}
export type Freeze = z.infer<typeof freeze>;

export interface FreezeRequest extends FreezeName {
  readonly repositoryId?: string | undefined;
  readonly holder?: string | undefined;
  readonly spared?: readonly string[] | undefined;
  readonly reason?: string | undefined;
  readonly by: string;
}

/** Without a holder: whoever froze the name. */
export type EndFreezeRequest = Omit<FreezeRequest, 'repositoryId' | 'spared'>;

export type FreezesErrorCode = 'unreachable' | 'refused';

export class FreezesError extends Error {
  override readonly name = 'FreezesError';
  readonly code: FreezesErrorCode;

  constructor(code: FreezesErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Every call is safe to repeat. */
export interface Freezes {
  put(request: FreezeRequest): Promise<Freeze>;
  /** False when there was none. */
  end(request: EndFreezeRequest): Promise<boolean>;
  find(name: FreezeName): Promise<Freeze | undefined>;
  all(): Promise<Freeze[]>;
}

const timeoutMs = 5_000;
const freezeAnswer = z.object({ freeze });
const endAnswer = z.object({ ended: z.boolean() });
const listAnswer = z.object({ freezes: z.array(freeze) });

export function freezesOf(caUrl: string, secret: string): Freezes {
  const address = `${caUrl}/internal/freezes`;
  const ask = (method: string, url: string, body?: object): Promise<unknown> =>
    askAuthority(url, secret, method, body);
  return {
    put: async (request) => freezeAnswer.parse(await ask('PUT', address, request)).freeze,
    end: async (request) => endAnswer.parse(await ask('DELETE', address, request)).ended,
    find: async ({ kind, value }) => {
      const query = new URLSearchParams({ kind, value });
      return listAnswer.parse(await ask('GET', `${address}?${query.toString()}`)).freezes[0];
    },
    all: async () => listAnswer.parse(await ask('GET', address)).freezes,
  };
}

async function askAuthority(
  url: string,
  secret: string,
  method: string,
  body: object | undefined,
): Promise<unknown> {
  const headers = { authorization: `Bearer ${secret}`, ...(body && { 'content-type': 'application/json' }) };
  const signal = AbortSignal.timeout(timeoutMs);
  let answer: Response;
  try {
    answer = await fetch(url, {
      method,
      headers,
      signal,
      redirect: 'error',
      ...(body && { body: JSON.stringify(body) }),
    });
    if (answer.ok) return await answer.json();
  } catch (cause) {
    throw new FreezesError('unreachable', 'The certificate authority cannot be reached.', { cause });
  }
  const code = answer.status >= 500 ? 'unreachable' : 'refused';
  throw new FreezesError(code, `The certificate authority answers ${answer.status}.`);
}
