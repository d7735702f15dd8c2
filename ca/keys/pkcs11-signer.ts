/**
 * A Signer whose private key is in an HSM, reached through its PKCS #11 library (v2.40). The binding, pkcs11js, is built
 * on the machine that needs it (`npm install --no-save pkcs11js@2.1.7`): who has no HSM compiles nothing.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { sequence, unsigned } from '#lib/encoding/der-writer.ts';
import type { Pkcs11Uri } from './pkcs11-uri.ts';
import { signatureAlgorithmOf } from './private-key-signer.ts';
import { KeyError, type Signer } from './signer.ts';

/** The part of the binding that is used here, in the words of the PKCS #11 specification. */
interface Binding {
  readonly PKCS11: new () => Library;
  readonly CKF_SERIAL_SESSION: number;
  readonly CKU_USER: number;
  readonly CKA_CLASS: number;
  readonly CKA_LABEL: number;
  readonly CKO_PRIVATE_KEY: number;
  readonly CKM_ECDSA: number;
  readonly CKM_SHA256_RSA_PKCS: number;
}

interface Library {
  load(path: string): void;
  C_Initialize(): void;
  C_GetSlotList(tokenPresent: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): { readonly label: string };
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_Login(session: Handle, user: number, pin: string): void;
  C_FindObjectsInit(session: Handle, template: readonly { type: number; value: number | string }[]): void;
  C_FindObjects(session: Handle, most: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_SignInit(session: Handle, mechanism: { readonly mechanism: number }, key: Handle): void;
  C_SignAsync(session: Handle, data: Buffer, out: Buffer): Promise<Buffer>;
  C_Sign(session: Handle, data: Buffer, out: Buffer): Buffer;
}

type Handle = Buffer;

interface OpenKey {
  readonly library: Library;
  readonly session: Handle;
  readonly key: Handle;
  readonly mechanism: number;
}

// §5.4: one of another part of this process, or of an earlier opening; it is the same library.
const alreadyInitialized = 0x191;
const alreadyLoggedIn = 0x100;
const longestSignature = 1024;

/** `publicKey`: what the certificate says the key is. A key that signs otherwise is refused at once. */
export function pkcs11Signer(uri: Pkcs11Uri, publicKey: Uint8Array): Signer {
  const spki = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  const { digest, signatureAlgorithm } = signatureAlgorithmOf(spki);
  const nodeDigest = digest.replace('-', '').toLowerCase();
  const isEc = spki.asymmetricKeyType === 'ec';
  const opened = openKey(uri, isEc);
  // CKM_ECDSA signs a digest and gives r and s; CKM_SHA256_RSA_PKCS does all of it in the device.
  const prepare = (message: Uint8Array): Buffer =>
    isEc ? createHash(nodeDigest).update(message).digest() : Buffer.from(message);
  const finish = (signature: Buffer): Uint8Array => (isEc ? toDer(signature) : Uint8Array.from(signature));
  const begin = (): void =>
    opened.library.C_SignInit(opened.session, { mechanism: opened.mechanism }, opened.key);

  const probe = Buffer.from('is this the key of the certificate?');
  begin();
  const signature = finish(
    opened.library.C_Sign(opened.session, prepare(probe), Buffer.alloc(longestSignature)),
  );
  if (!verify(nodeDigest, probe, spki, signature)) {
    throw new KeyError(
      'key-chain-mismatch',
      `The key ${uri.object} in ${uri.token} is not that of the certificate.`,
    );
  }
  // A session holds one operation at a time (§5.13).
  let last: Promise<unknown> = Promise.resolve();
  const signNext = async (message: Uint8Array): Promise<Uint8Array> => {
    begin();
    return finish(
      await opened.library.C_SignAsync(opened.session, prepare(message), Buffer.alloc(longestSignature)),
    );
  };
  return {
    publicKey,
    digest,
    signatureAlgorithm,
    sign: (message) => {
      const signed = last.then(() => signNext(message));
      last = signed.catch(() => undefined);
      return signed;
    },
  };
}

function openKey({ modulePath, token, object, pinFile }: Pkcs11Uri, isEc: boolean): OpenKey {
  const binding = loadBinding();
  try {
    const library = new binding.PKCS11();
    library.load(modulePath);
    unless(alreadyInitialized, () => library.C_Initialize());
    const slot = library
      .C_GetSlotList(true)
      .find((each) => library.C_GetTokenInfo(each).label.trim() === token);
    if (slot === undefined)
      throw new KeyError('unreadable', `No token ${token} is present in ${modulePath}.`);
    const session = library.C_OpenSession(slot, binding.CKF_SERIAL_SESSION);
    const [pin = ''] = readFileSync(pinFile, 'utf8').split(/\r?\n/, 1);
    unless(alreadyLoggedIn, () => library.C_Login(session, binding.CKU_USER, pin));
    library.C_FindObjectsInit(session, [
      { type: binding.CKA_CLASS, value: binding.CKO_PRIVATE_KEY },
      { type: binding.CKA_LABEL, value: object },
    ]);
    const [key, another] = library.C_FindObjects(session, 2);
    library.C_FindObjectsFinal(session);
    if (key === undefined || another !== undefined) {
      const count = key === undefined ? 'no' : 'more than one';
      throw new KeyError('unreadable', `Token ${token} holds ${count} private key with the label ${object}.`);
    }
    return { library, session, key, mechanism: isEc ? binding.CKM_ECDSA : binding.CKM_SHA256_RSA_PKCS };
  } catch (cause) {
    if (cause instanceof KeyError) throw cause;
    const why = cause instanceof Error ? cause.message : 'unknown';
    throw new KeyError('unreadable', `The token ${token} cannot be opened by ${modulePath}: ${why}.`, {
      cause,
    });
  }
}

function loadBinding(): Binding {
  try {
    return createRequire(import.meta.url)('pkcs11js') as Binding;
  } catch (cause) {
    throw new KeyError(
      'unreadable',
      'CA_KEY_FILE names an HSM, and the binding for it is not installed: npm install --no-save pkcs11js@2.1.7',
      { cause },
    );
  }
}

function unless(harmless: number, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === harmless)) throw error;
  }
}

/** r and s of equal length, one after the other (PKCS #11 §2.3.1), as Ecdsa-Sig-Value. */
function toDer(raw: Buffer): Uint8Array {
  const half = raw.length / 2;
  return sequence(
    unsigned(Uint8Array.from(raw.subarray(0, half))),
    unsigned(Uint8Array.from(raw.subarray(half))),
  );
}
