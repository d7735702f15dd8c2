/** How lib/sign talks to services: passed in, since this folder touches no network, clock or chance of its own. */

export interface ServiceRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  header(name: string): string | undefined;
}

/** Resolves with any status; rejects when there is no answer. Retries, deadlines and redirects are its own affair. */
export type Send = (request: ServiceRequest) => Promise<ServiceAnswer>;

/** The key of one signature. It is never asked for its private half. */
export interface SigningKey {
  readonly algorithm: 'ECDSA P-256';
  readonly spki: Uint8Array;
  /** ECDSA with SHA-256 over the message, DER. A browser signs in its own time. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** The same of a message of which the SHA-256 alone is known; not every platform can. */
  signDigest?(digest: Uint8Array): Uint8Array;
}
