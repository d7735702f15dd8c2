/**
 * Passkeys as @simplewebauthn/server checks them. Loaded by app/open.ts alone: pages are given what is here as functions.
 * The challenge is a one-time secret of ours (secret.ts), so that it can be used once whoever sends it.
 */
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { fromBase64Url } from '#lib/encoding/base64.ts';
import { utf8 } from '#lib/encoding/bytes.ts';

export interface StoredPasskey {
  readonly id: string;
  readonly publicKey: Uint8Array;
  readonly counter: number;
  readonly transports: readonly string[];
}

export interface Passkeys {
  readonly addOptions: (asked: {
    readonly challenge: string;
    readonly userId: string;
    readonly name: string;
    readonly known: readonly string[];
  }) => Promise<object>;
  /** Undefined when it does not verify. */
  readonly verifyAdded: (challenge: string, response: unknown) => Promise<StoredPasskey | undefined>;
  readonly signInOptions: (challenge: string) => Promise<object>;
  /** The counter to keep; undefined when it does not verify. */
  readonly verifySignIn: (
    challenge: string,
    response: unknown,
    passkey: StoredPasskey,
  ) => Promise<number | undefined>;
}

export function openPasskeys(webUrl: string): Passkeys {
  const { hostname: rpID, origin } = new URL(webUrl);
  const expected = { expectedOrigin: origin, expectedRPID: rpID, requireUserVerification: true };
  return {
    addOptions: ({ challenge, userId, name, known }) =>
      generateRegistrationOptions({
        rpName: 'Sigwatch',
        rpID,
        userName: name,
        userID: bytes(utf8(userId)),
        challenge: challengeBytes(challenge),
        attestationType: 'none',
        excludeCredentials: known.map((id) => ({ id })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      }),
    verifyAdded: (challenge, response) =>
      orUndefined(async () => {
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          ...expected,
          response: response as RegistrationResponseJSON,
          expectedChallenge: challenge,
        });
        if (!verified || registrationInfo === undefined) return undefined;
        const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
        return { id, publicKey, counter, transports };
      }),
    signInOptions: (challenge) =>
      generateAuthenticationOptions({
        rpID,
        challenge: challengeBytes(challenge),
        userVerification: 'required',
      }),
    verifySignIn: (challenge, response, { id, publicKey, counter, transports }) =>
      orUndefined(async () => {
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          ...expected,
          response: response as AuthenticationResponseJSON,
          expectedChallenge: challenge,
          credential: {
            id,
            publicKey: bytes(publicKey),
            counter,
            transports: [...transports] as AuthenticatorTransport[],
          },
        });
        return verified ? authenticationInfo.newCounter : undefined;
      }),
  };
}

/** The library throws at everything a stranger may send. */
async function orUndefined<T>(work: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

/** Secrets are base64url already, and come back spelt so. */
function challengeBytes(challenge: string): Uint8Array<ArrayBuffer> {
  return bytes(fromBase64Url(challenge) ?? utf8(challenge));
}

function bytes(given: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(given);
}
