/**
 * From a form of /verify to what is asked, or a sentence for the person on what is missing. The same here and in the
 * browser: nothing of the file is read yet.
 */
import { digestForm } from './artifact-text.ts';
import { longestPolicy, mostBundles } from './limits.ts';

/** What the person typed, to be shown again; browsers do not give files back. */
export interface Typed {
  readonly form: 'signer' | 'policy';
  readonly digest: string;
  readonly identity: string;
  readonly issuer: string;
  readonly signedBy: 'login' | 'key';
  /** PEM. */
  readonly key: string;
  readonly policy: string;
  readonly trust: TrustChoice['kind'];
}

/** Whose word counts: this instance's, the public instance's of Sigstore, or that of a file. */
export type TrustChoice =
  { readonly kind: 'own' } | { readonly kind: 'public' } | { readonly kind: 'given'; readonly text: string };

export type GivenArtifact = { readonly file: File } | { readonly digest: string };

interface Common {
  readonly artifact: GivenArtifact;
  readonly trust: TrustChoice;
}

/** Whom the person expects: somebody who showed a login, or whoever has a key. */
export type ExpectedOne = { readonly identity: string; readonly issuer: string } | { readonly key: string };

export type Question =
  | (Common & { readonly kind: 'signer'; readonly bundle: string; readonly expected: ExpectedOne })
  | (Common & {
      readonly kind: 'policy';
      readonly policy: string;
      readonly bundles: readonly { readonly name: string; readonly bundle: string }[];
    });

export interface FormRequest {
  readonly typed: Typed;
  readonly fileName: string | undefined;
  readonly asked: Question | string;
}

export async function readFormRequest(form: FormData | undefined): Promise<FormRequest> {
  const typed: Typed = {
    form: form?.has('policy') || form?.has('policy-file') ? 'policy' : 'signer',
    digest: textOf(form, 'digest').trim(),
    identity: textOf(form, 'identity').trim(),
    issuer: textOf(form, 'issuer').trim(),
    signedBy: textOf(form, 'signed-by') === 'key' ? 'key' : 'login',
    key: textOf(form, 'key').slice(0, longestKey),
    policy: textOf(form, 'policy'),
    trust: trustKind(textOf(form, 'trust')),
  };
  const fileName = fileOf(form, 'file')?.name;
  if (form === undefined) {
    return { typed, fileName, asked: 'That form could not be read. Nothing was verified.' };
  }
  const read = typed.form === 'policy' ? readPolicyForm : readSignerForm;
  return { typed, fileName, asked: await read(form, typed) };
}

async function readSignerForm(form: FormData, typed: Typed): Promise<Question | string> {
  const expected = await readExpected(form, typed);
  if (typeof expected === 'string') return expected;
  const artifact = readArtifact(form, typed);
  if (typeof artifact === 'string') return artifact;
  const bundle = fileOf(form, 'bundle');
  if (bundle === undefined) return 'Give the bundle: the file that ends in .sigstore.json.';
  const trust = await readTrust(form, typed);
  if (typeof trust === 'string') return trust;
  return { kind: 'signer', artifact, trust, bundle: await bundle.text(), expected };
}

const longestName = 2000;
/** As the API takes it. */
const longestKey = 16 * 1024;

async function readExpected(form: FormData, typed: Typed): Promise<ExpectedOne | string> {
  const { identity, issuer } = typed;
  if (typed.signedBy === 'key') {
    const file = fileOf(form, 'key-file');
    const isTyped = typed.key.trim() !== '';
    if ((file === undefined) !== isTyped) return 'Give the public key as a file or as text, one of the two.';
    const key = file === undefined ? typed.key : await file.slice(0, longestKey + 1).text();
    return key.length > longestKey ? 'No public key is that long.' : { key };
  }
  if (identity === '' || issuer === '')
    return 'Say who must have signed it and who vouches for that login. Without both, a signature proves nothing.';
  return identity.length > longestName || issuer.length > longestName
    ? 'No name is that long.'
    : { identity, issuer };
}

async function readPolicyForm(form: FormData, typed: Typed): Promise<Question | string> {
  const file = fileOf(form, 'policy-file');
  const isTyped = typed.policy.trim() !== '';
  if ((file === undefined) !== isTyped) return 'Give the policy as a file or as text, one of the two.';
  const policy = file === undefined ? typed.policy : await file.text();
  if (policy.trim() === '') return 'That policy is empty: nobody would have to sign.';
  if (policy.length > longestPolicy) return 'That policy is over 256 KiB.';
  const artifact = readArtifact(form, typed);
  if (typeof artifact === 'string') return artifact;
  const files = filesOf(form, 'bundles');
  if (files.length === 0) return 'Give the bundles: the files that end in .sigstore.json.';
  if (files.length > mostBundles)
    return `Those are ${files.length} bundles; ${mostBundles} are the most at once.`;
  const trust = await readTrust(form, typed);
  if (typeof trust === 'string') return trust;
  const bundles = await Promise.all(
    files.map(async (one) => ({ name: one.name.slice(0, 200) || 'bundle', bundle: await one.text() })),
  );
  return { kind: 'policy', artifact, trust, policy, bundles };
}

function readArtifact(form: FormData, { digest }: Typed): GivenArtifact | string {
  const file = fileOf(form, 'file');
  if ((file === undefined) === (digest === '')) return 'Give the file or its digest, one of the two.';
  if (file !== undefined) return { file };
  const read = digest.toLowerCase();
  return digestForm.test(read)
    ? { digest: read }
    : 'That is not a digest. It is 64 hexadecimal digits, as sha256sum prints them.';
}

async function readTrust(form: FormData, { trust }: Typed): Promise<TrustChoice | string> {
  if (trust !== 'given') return { kind: trust };
  const file = fileOf(form, 'trusted-root');
  if (file === undefined) return 'Give the trusted root: the file trusted_root.json of those you believe.';
  return { kind: 'given', text: await file.text() };
}

function trustKind(text: string): TrustChoice['kind'] {
  return text === 'public' || text === 'given' ? text : 'own';
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
