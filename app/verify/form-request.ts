/** From a form of /verify to what the engine is asked, or a sentence for the person on what is missing. */
import { toBase64 } from '#lib/encoding/base64.ts';
import type { VerifyRequest } from './schemas.ts';
import {
  digestText,
  largestFile,
  longestPolicy,
  mostBundles,
  policyRequest,
  signerRequest,
} from './schemas.ts';

/** What the person typed, to be shown again; browsers do not give files back. */
export interface Typed {
  readonly form: 'signer' | 'policy';
  readonly digest: string;
  readonly identity: string;
  readonly issuer: string;
  readonly policy: string;
}

export interface FormRequest {
  readonly typed: Typed;
  readonly fileName: string | undefined;
  readonly asked: VerifyRequest | string;
}

export async function readFormRequest(form: FormData | undefined): Promise<FormRequest> {
  const typed: Typed = {
    form: form?.has('policy') || form?.has('policy-file') ? 'policy' : 'signer',
    digest: textOf(form, 'digest').trim(),
    identity: textOf(form, 'identity').trim(),
    issuer: textOf(form, 'issuer').trim(),
    policy: textOf(form, 'policy'),
  };
  const fileName = fileOf(form, 'file')?.name;
  if (form === undefined) {
    return { typed, fileName, asked: 'That form could not be read. Nothing was verified.' };
  }
  const read = typed.form === 'policy' ? readPolicyForm : readSignerForm;
  return { typed, fileName, asked: await read(form, typed) };
}

async function readSignerForm(form: FormData, typed: Typed): Promise<VerifyRequest | string> {
  const { identity, issuer } = typed;
  if (identity === '' || issuer === '') {
    return 'Say who must have signed it and who vouches for that login. Without both, a signature proves nothing.';
  }
  const artifact = await readArtifact(form, typed);
  if (typeof artifact === 'string') return artifact;
  const bundle = fileOf(form, 'bundle');
  if (bundle === undefined) return 'Give the bundle: the file that ends in .sigstore.json.';
  return readOr(signerRequest.safeParse({ artifact, bundle: await bundle.text(), identity, issuer }));
}

async function readPolicyForm(form: FormData, typed: Typed): Promise<VerifyRequest | string> {
  const file = fileOf(form, 'policy-file');
  const isTyped = typed.policy.trim() !== '';
  if ((file === undefined) !== isTyped) return 'Give the policy as a file or as text, one of the two.';
  const policy = file === undefined ? typed.policy : await file.text();
  if (policy.trim() === '') return 'That policy is empty: nobody would have to sign.';
  if (policy.length > longestPolicy) return 'That policy is over 256 KiB.';
  const artifact = await readArtifact(form, typed);
  if (typeof artifact === 'string') return artifact;
  const files = filesOf(form, 'bundles');
  if (files.length === 0) return 'Give the bundles: the files that end in .sigstore.json.';
  if (files.length > mostBundles)
    return `Those are ${files.length} bundles; ${mostBundles} are the most at once.`;
  const bundles = await Promise.all(
    files.map(async (one) => ({ name: one.name.slice(0, 200) || 'bundle', bundle: await one.text() })),
  );
  return readOr(policyRequest.safeParse({ artifact, policy, bundles }));
}

async function readArtifact(form: FormData, { digest }: Typed): Promise<VerifyRequest['artifact'] | string> {
  const file = fileOf(form, 'file');
  if ((file === undefined) === (digest === '')) return 'Give the file or its digest, one of the two.';
  if (file !== undefined && file.size > largestFile) {
    return 'That file is over 8 MiB. Give its digest instead: sha256sum FILE says it.';
  }
  if (file !== undefined) return { bytes: toBase64(new Uint8Array(await file.arrayBuffer())) };
  const read = digestText.safeParse(digest);
  return read.success
    ? { digest: read.data }
    : 'That is not a digest. It is 64 hexadecimal digits, as sha256sum prints them.';
}

function readOr(
  read: ReturnType<typeof signerRequest.safeParse> | ReturnType<typeof policyRequest.safeParse>,
) {
  return read.success ? read.data : `That could not be read: ${read.error.issues[0]?.message ?? 'unknown'}.`;
}

/** Once or not at all: of two answers to one question none is the answer. */
function textOf(form: FormData | undefined, name: string): string {
  const [value, ...more] = form?.getAll(name) ?? [];
  return typeof value === 'string' && more.length === 0 ? value : '';
}

/** Of several likewise none. */
function fileOf(form: FormData | undefined, name: string): File | undefined {
  const [file, ...more] = filesOf(form, name);
  return more.length === 0 ? file : undefined;
}

/** None where a text stands among them. A browser sends an empty file without a name for a field that was left alone. */
function filesOf(form: FormData | undefined, name: string): File[] {
  const values = form?.getAll(name) ?? [];
  const files = values.filter((value) => typeof value !== 'string');
  return files.length === values.length ? files.filter((file) => file.size > 0 || file.name !== '') : [];
}
