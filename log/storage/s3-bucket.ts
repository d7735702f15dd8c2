/**
 * The few requests of the S3 interface that a log needs, signed (AWS Signature Version 4, by aws4fetch: one file, no
 * dependencies, over the platform's fetch), retried when the outcome is unknown, and mapped to StorageError.
 */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import type { S3Config } from '#lib/server/s3-config.ts';
import { StorageError } from './objects.ts';

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/** `absent`: only when there is no such object; a string: only when that is its ETag; undefined: in any case. */
export type WriteCondition = 'absent' | string | undefined;

const attempts = 4;
const firstPauseMs = 100;
const timeoutMs = 10_000;

export class S3Bucket {
  private readonly client: AwsClient;
  private readonly base: string;
  private readonly prefix: string;

  constructor({ endpoint, bucket, prefix, region, accessKeyId, secretAccessKey, sessionToken }: S3Config) {
    const token = sessionToken === undefined ? {} : { sessionToken };
    this.client = new AwsClient({
      accessKeyId,
      secretAccessKey,
      ...token,
      region,
      service: 's3',
      retries: 0,
    });
    this.base = `${endpoint}/${bucket}`;
    this.prefix = prefix === '' ? '' : `${prefix}/`;
  }

  below(folder: string): S3Bucket {
    const part = Object.create(S3Bucket.prototype) as S3Bucket;
    return Object.assign(part, this, { prefix: `${this.prefix}${folder}/` });
  }

  /** Undefined when there is no such object. */
  async get(path: string): Promise<StoredObject | undefined> {
    const answer = await this.send('GET', path);
    if (answer.status === 404) return undefined;
    return { bytes: new Uint8Array(await answer.arrayBuffer()), etag: etagOf(answer, path) };
  }

  /** The new ETag; undefined when the condition does not hold. A repeated attempt of ours may be what broke it. */
  async put(path: string, bytes: Uint8Array, condition: WriteCondition): Promise<string | undefined> {
    const when =
      condition === undefined
        ? {}
        : condition === 'absent'
          ? { 'if-none-match': '*' }
          : { 'if-match': condition };
    const answer = await this.send('PUT', path, { body: bytes, headers: when });
    // 409: two conditional writes met, and the other one won.
    if (answer.ok) return etagOf(answer, path);
    if (condition !== undefined) return undefined;
    throw failed(path, new Error(`answered ${answer.status}`));
  }

  async remove(path: string): Promise<void> {
    await this.send('DELETE', path);
  }

  /** Names below the prefix, asked for so many at a time. */
  async list(atOnce = 1000): Promise<string[]> {
    const names: string[] = [];
    let token = '';
    do {
      const query = new URLSearchParams({ 'list-type': '2', 'max-keys': `${atOnce}`, prefix: this.prefix });
      if (token !== '') query.set('continuation-token', token);
      const xml = await (await this.send('GET', '', { query: `?${query}` })).text();
      for (const [, key = ''] of xml.matchAll(/<Key>([^<]*)<\/Key>/g)) {
        names.push(unescapeXml(key).slice(this.prefix.length));
      }
      token = unescapeXml(/<NextContinuationToken>([^<]*)</.exec(xml)?.[1] ?? '');
    } while (token !== '');
    return names;
  }

  private async send(
    method: string,
    path: string,
    {
      body,
      headers = {},
      query,
    }: { body?: Uint8Array; headers?: Record<string, string>; query?: string } = {},
  ): Promise<Response> {
    const url = query === undefined ? `${this.base}/${this.prefix}${path}` : `${this.base}${query}`;
    const hash = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    // With the hash in what is signed, bytes that were changed on the way are refused.
    const signed = { ...headers, 'x-amz-content-sha256': hash };
    for (let attempt = 1; ; attempt++) {
      let failure: unknown;
      try {
        const signal = AbortSignal.timeout(timeoutMs);
        const answer = await this.client.fetch(url, {
          method,
          headers: signed,
          signal,
          body: body === undefined ? null : Uint8Array.from(body),
        });
        if (answer.ok || [404, 409, 412].includes(answer.status)) return answer;
        failure = new Error(`answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
        if (answer.status < 500 && answer.status !== 429) throw failed(path, failure);
      } catch (error) {
        if (error instanceof StorageError) throw error;
        failure = error;
      }
      if (attempt === attempts) throw failed(path, failure);
      await pause(firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
    }
  }
}

function etagOf(answer: Response, path: string): string {
  const etag = answer.headers.get('etag');
  if (etag === null) throw failed(path, new Error('the store does not give ETags'));
  return etag;
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

function failed(path: string, cause: unknown): StorageError {
  return new StorageError('failed', `${path || 'the bucket'} could not be read or written`, { cause });
}
