/**
 * Standard Webhooks 1.0.0: `webhook-id`, `webhook-timestamp` and `webhook-signature` over `id.timestamp.body`. v1 is
 * HMAC-SHA256 under a shared secret, v1a Ed25519 under a key of ours. All signatures stand in one header, so that a
 * secret can be replaced without a moment in which nothing verifies.
 */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
} from 'node:crypto';

export interface WebhookKeys {
  /** `whsec_` and base64; the newest first. */
  readonly secrets: readonly string[];
  /** PKCS #8, base64. */
  readonly privateKeys: readonly string[];
}

export interface Message {
  readonly id: string;
  readonly timestamp: number;
  readonly body: string;
}

export function webhookHeaders(
  message: Message,
  { secrets, privateKeys }: WebhookKeys,
): Record<string, string> {
  const signed = Buffer.from(`${message.id}.${message.timestamp}.${message.body}`);
  const keys = privateKeys.map((key) =>
    createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' }),
  );
  const signatures = [
    ...secrets.map(
      (secret) => `v1,${createHmac('sha256', secretBytes(secret)).update(signed).digest('base64')}`,
    ),
    ...keys.map((key) => `v1a,${sign(null, signed, key).toString('base64')}`),
  ];
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestamp),
    'webhook-signature': signatures.join(' '),
  };
}

export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

export function newWebhookKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
}

/** `whpk_` and the raw public key in base64: what a receiver checks v1a with. */
export function webhookPublicKey(privateKey: string): string {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return `whpk_${spki.subarray(-32).toString('base64')}`;
}

function secretBytes(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
}
