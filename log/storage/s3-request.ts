/**
 * One request of the S3 interface: signed (AWS Signature Version 4, by aws4fetch: one file, no dependencies, over the
 * platform's fetch), read to its end, and tried again while the store is busy, silent, or gives less than it announced.
 */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import type { S3Config } from '#lib/server/s3-config.ts';
import { StorageError } from './objects.ts';

export interface S3Request {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly url: string;
  /** For messages. */
  readonly path: string;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is wrong with an answer of status 200; such an answer is asked for again. */
  readonly fault?: (answer: S3Answer) => string | undefined;
}

export interface S3Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

const attempts = 4;
const firstPauseMs = 100;
const timeoutMs = 10_000;
/** Besides success: no such object, and a condition that does not hold. */
const meant = new Set([404, 412]);

export class S3Client {
  private readonly client: AwsClient;

  constructor({ region, accessKeyId, secretAccessKey, sessionToken }: S3Config) {
    const token = sessionToken === undefined ? {} : { sessionToken };
    this.client = new AwsClient({
      accessKeyId,
      secretAccessKey,
      ...token,
      region,
      service: 's3',
      retries: 0,
    });
  }

  /**
   * An answer of status 2xx, 404 or 412. Throws StorageError: `unavailable` when it may be had later, `failed` when the
   * store refuses.
   */
  async send(request: S3Request): Promise<S3Answer> {
    for (let attempt = 1; ; attempt++) {
      let failure: unknown;
      try {
        const answer = await this.once(request);
        const fault = faultOf(request, answer);
        if (fault === undefined) return answer;
        failure = new Error(fault);
        if (isRefusal(answer)) throw new StorageError('failed', told(request), { cause: failure });
      } catch (error) {
        if (error instanceof StorageError) throw error;
        failure = error;
      }
      if (attempt === attempts) throw new StorageError('unavailable', told(request), { cause: failure });
      await pause(firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
    }
  }

  /** Rejects when the connection ends before the length that was announced. */
  private async once({ method, url, body, headers = {} }: S3Request): Promise<S3Answer> {
    const answer = await this.client.fetch(url, {
      method,
      // With the hash in what is signed, bytes that were changed or cut off on the way there are refused.
      headers: { ...headers, 'x-amz-content-sha256': sha256Hex(body ?? new Uint8Array(0)) },
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'manual',
      body: body === undefined ? null : Uint8Array.from(body),
    });
    return {
      status: answer.status,
      headers: answer.headers,
      bytes: new Uint8Array(await answer.arrayBuffer()),
    };
  }
}

function faultOf({ method, fault }: S3Request, answer: S3Answer): string | undefined {
  const { status, bytes } = answer;
  if (status === 404 && method === 'GET') {
    // Something on the way may have no such page; only the store knows that there is no such object.
    return fromUtf8(bytes).includes('<Code>NoSuchKey</Code>') ? undefined : `answered ${said(answer)}`;
  }
  if (meant.has(status)) return undefined;
  // 206 is a part that nobody asked for.
  if (status < 200 || status > 299 || status === 206) return `answered ${said(answer)}`;
  return fault?.(answer);
}

/** 409: two conditional writes met, which says nothing yet of who won. */
function isRefusal({ status, bytes }: S3Answer): boolean {
  if (status === 404) return fromUtf8(bytes).includes('<Code>NoSuchBucket</Code>');
  return status >= 300 && status < 500 && ![408, 409, 429].includes(status);
}

function said({ status, bytes }: S3Answer): string {
  return `${status}: ${fromUtf8(bytes.subarray(0, 200))}`;
}

function told({ path }: S3Request): string {
  return `${path || 'the bucket'} could not be read or written`;
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
