/**
 * PKCE for the device grant, which RFC 8628 leaves out and Go clients send: a client that gave a code challenge must show
 * its verifier (RFC 7636 §4.6), so a device code seen on the way is worth nothing.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type Provider from 'oidc-provider';

const challengeShape = /^[A-Za-z0-9_-]{43}$/;
/** RFC 8628 §3.2: how long a client waits between two polls. */
const pollSeconds = 5;

/** Keeps the challenge of a device authorization request with its device code. */
export async function keepChallenge(
  provider: Provider,
  form: URLSearchParams,
  answer: unknown,
): Promise<void> {
  if (!isDeviceAnswer(answer)) return;
  answer.interval = pollSeconds;
  const challenge = form.get('code_challenge');
  if (challenge === null || challenge === '') return;
  const device = await provider.DeviceCode.find(answer.device_code);
  if (device === undefined) return;
  device.params = { ...device.params, code_challenge: challenge };
  await device.save();
}

/** A challenge of another method, or of a shape no S256 has, could never be met: say so at once. */
export function challengeIsSound(form: URLSearchParams): boolean {
  const challenge = form.get('code_challenge');
  if (challenge === null || challenge === '') return true;
  return form.get('code_challenge_method') === 'S256' && challengeShape.test(challenge);
}

export async function verifierFits(provider: Provider, form: URLSearchParams): Promise<boolean> {
  const device = await provider.DeviceCode.find(form.get('device_code') ?? '', { ignoreExpiration: true });
  const challenge = device?.params?.['code_challenge'];
  if (typeof challenge !== 'string') return true;
  const shown = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest();
  const expected = Buffer.from(challenge, 'base64url');
  return expected.length === shown.length && timingSafeEqual(expected, shown);
}

function isDeviceAnswer(answer: unknown): answer is { device_code: string; interval?: number } {
  return typeof answer === 'object' && answer !== null && 'device_code' in answer;
}
