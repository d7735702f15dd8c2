/**
 * What a log does with a bucket. Each object carries the hash of its bytes, so that a store, a proxy or a broken
 * connection that gives a part of an object is never believed that it was the whole.
 */
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import type { S3Config } from '#lib/server/s3-config.ts';
import { StorageError } from './objects.ts';
import { S3Client, sha256Hex, type S3Answer } from './s3-request.ts';

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/** `absent`: only when there is no such object; a string: only when that is its ETag; undefined: in any case. */
export type WriteCondition = 'absent' | string | undefined;

/** S3 keeps such headers with an object, and so does every store that speaks its language. */
const hashHeader = 'x-amz-meta-sha256';

export class S3Bucket {
  private readonly client: S3Client;
  private readonly base: string;
  private readonly prefix: string;

  constructor(config: S3Config) {
    this.client = new S3Client(config);
    this.base = `${config.endpoint}/${config.bucket}`;
    this.prefix = config.prefix === '' ? '' : `${config.prefix}/`;
  }

  below(folder: string): S3Bucket {
    const part = Object.create(S3Bucket.prototype) as S3Bucket;
    return Object.assign(part, this, { prefix: `${this.prefix}${folder}/` });
  }

  /** Undefined when there is no such object. */
  async get(path: string): Promise<StoredObject | undefined> {
    const answer = await this.client.send({ method: 'GET', url: this.url(path), path, fault: partOf });
    if (answer.status === 404) return undefined;
    return { bytes: answer.bytes, etag: etagOf(answer, path) };
  }

  /** The new ETag; undefined when the condition does not hold. A repeated attempt of ours may be what broke it. */
  async put(path: string, bytes: Uint8Array, condition: WriteCondition): Promise<string | undefined> {
    const headers = { [hashHeader]: sha256Hex(bytes), ...conditional(condition) };
    const answer = await this.client.send({ method: 'PUT', url: this.url(path), path, headers, body: bytes });
    if (answer.status < 300) return etagOf(answer, path);
    if (condition !== undefined) return undefined;
    throw failed(path, new Error(`answered ${answer.status}`));
  }

  async remove(path: string): Promise<void> {
    await this.client.send({ method: 'DELETE', url: this.url(path), path });
  }

  /** Names below the prefix, asked for so many at a time. */
  async list(atOnce = 1000): Promise<string[]> {
    const names: string[] = [];
    let token = '';
    do {
      const query = new URLSearchParams({ 'list-type': '2', 'max-keys': `${atOnce}`, prefix: this.prefix });
      if (token !== '') query.set('continuation-token', token);
      const url = `${this.base}?${query}`;
      const { bytes } = await this.client.send({ method: 'GET', url, path: '', fault: partOfList });
      const xml = fromUtf8(bytes);
      names.push(...keysIn(xml).map((key) => key.slice(this.prefix.length)));
      token = nextToken(xml);
    } while (token !== '');
    return names;
  }

  private url(path: string): string {
    return `${this.base}/${this.prefix}${path}`;
  }
}

function conditional(condition: WriteCondition): Record<string, string> {
  if (condition === undefined) return {};
  return condition === 'absent' ? { 'if-none-match': '*' } : { 'if-match': condition };
}

/** Objects that were written before they carried their hash, or restored without it, have only their length. */
function partOf({ status, headers, bytes }: S3Answer): string | undefined {
  const hash = headers.get(hashHeader);
  if (status !== 200 || hash === null || hash === sha256Hex(bytes)) return undefined;
  return `gave ${bytes.length} bytes that are not the object that was written`;
}

/** A list that lacks names looks like a shorter list. */
function partOfList({ bytes }: S3Answer): string | undefined {
  const xml = fromUtf8(bytes);
  const count = /<KeyCount>(\d+)<\/KeyCount>/.exec(xml)?.[1];
  const isMissing = count !== undefined && Number(count) !== keysIn(xml).length;
  const isCut = !/<\/ListBucketResult>\s*$/.test(xml);
  const isLost = /<IsTruncated>true</.test(xml) && nextToken(xml) === '';
  return isMissing || isCut || isLost ? 'gave a part of a list' : undefined;
}

function keysIn(xml: string): string[] {
  return [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => unescapeXml(key));
}

function nextToken(xml: string): string {
  return unescapeXml(/<NextContinuationToken>([^<]*)</.exec(xml)?.[1] ?? '');
}

function etagOf({ headers }: S3Answer, path: string): string {
  const etag = headers.get('etag');
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
