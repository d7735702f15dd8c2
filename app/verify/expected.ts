/** Whom a form expects, as the verifier asks it. */
import { readKeyFile } from '#lib/verify/key-file.ts';
import { VerificationFailure } from '#lib/verify/verification.ts';
import type { ExpectedSigner } from '#lib/verify/verify-identity.ts';
import { problem, type Problem } from './engine.ts';
import type { ExpectedOne } from './form-request.ts';

export function expectedOf(given: ExpectedOne): ExpectedSigner | Problem {
  if (!('key' in given)) {
    const exactly = (text: string) => ({ kind: 'exact', text }) as const;
    return { kind: 'identity', identity: exactly(given.identity), issuer: exactly(given.issuer) };
  }
  try {
    return { kind: 'key', key: readKeyFile(given.key) };
  } catch (error) {
    if (!(error instanceof VerificationFailure)) throw error;
    return problem(
      400,
      'key: not one PEM public key',
      'That is not a public key. It is one block that begins with -----BEGIN PUBLIC KEY-----.',
    );
  }
}
