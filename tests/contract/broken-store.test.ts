// A bucket behind a network that breaks: what arrives in part, late, twice or with a wrong word beside it is never taken for
// the object, what passes is tried again, and what does not pass fails in a way that may be tried again later.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PublishedS3, StagedS3 } from '#log/storage/s3.ts';
import { S3Bucket } from '#log/storage/s3-bucket.ts';
import {
  startBreakingProxy,
  type Breakage,
  type BreakingProxy,
  type Passed,
} from '#tests/harness/breaking-proxy.ts';
import { startS3 } from '#tests/harness/s3.ts';

const s3 = await startS3();
const content = new Uint8Array(8192).map((_, at) => at % 251);
const always = 1_000;

const slowDown: Passed = {
  status: 503,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(
    '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>',
  ),
};
const refusedWith = (status: number): Passed => ({
  status,
  headers: {},
  body: Buffer.from(
    `<Error><Code>${status === 409 ? 'ConditionalRequestConflict' : 'PreconditionFailed'}</Code></Error>`,
  ),
});
const half = (body: Buffer): Buffer => body.subarray(0, body.length / 2);

/** Of an answer that holds an object. */
const broken: Record<string, Breakage> = {
  'the connection breaks behind the headers': async (forward) => ({ cutAfter: 0, passed: await forward() }),
  'the connection breaks in the middle': async (forward) => ({ cutAfter: 4_000, passed: await forward() }),
  'half of it comes, and that is what was announced': async (forward) => {
    const passed = await forward();
    return { ...passed, body: half(passed.body) };
  },
  'half of it comes as a part (206)': async (forward) => {
    const passed = await forward();
    return { ...passed, status: 206, body: half(passed.body) };
  },
  'nothing of it comes, with success': async (forward) => ({ ...(await forward()), body: Buffer.alloc(0) }),
  'one bit is another': async (forward) => {
    const passed = await forward();
    return { ...passed, body: Buffer.from(passed.body.map((byte, at) => (at === 4_000 ? byte ^ 1 : byte))) };
  },
  'no answer at all': async () => 'cut',
  SlowDown: async () => slowDown,
  'a page of something else that knows of nothing': async () => ({
    status: 404,
    headers: { 'content-type': 'text/html' },
    body: Buffer.from('<h1>Not Found</h1>'),
  }),
};

/** Of a write, which may have happened all the same. */
const unsure: Record<string, Breakage> = {
  'SlowDown before it': async () => slowDown,
  'SlowDown behind it': async (forward) => (await forward(), slowDown),
  'its answer is lost': async (forward) => (await forward(), 'cut'),
  'the connection breaks before it': async () => 'cut',
  '409 before it': async () => refusedWith(409),
  '409 behind it': async (forward) => (await forward(), refusedWith(409)),
};

describe.skipIf(s3 === undefined)(
  'a bucket behind a broken network (skipped where no moto_server is installed: pip install "moto[server,s3]")',
  () => {
    let proxy: BreakingProxy;
    beforeAll(async () => {
      proxy = await startBreakingProxy(s3?.config.endpoint ?? '');
    });
    afterEach(() => proxy.mend());
    afterAll(() => {
      proxy.close();
      s3?.stop();
    });

    /** The same folder, by the broken way and by a sound one. */
    function open() {
      if (s3 === undefined) throw new Error('skipped');
      const folder = randomUUID();
      const sound = new S3Bucket(s3.config).below(folder);
      const bucket = new S3Bucket({ ...s3.config, endpoint: proxy.url }).below(folder);
      return { bucket, sound, published: new PublishedS3(bucket), staged: new StagedS3(bucket) };
    }

    describe.each(Object.entries(broken))('reading, %s', (_, how) => {
      it('once or twice: the object is read whole', async () => {
        const { sound, published, staged } = open();
        await sound.put('a', content, undefined);
        for (const read of [() => published.read('a'), () => staged.read('a')]) {
          proxy.breakNext('GET', 2, how);
          expect(await read()).toEqual(content);
        }
      });

      it('again and again: no part of it is ever given, nor said that it is not there', async () => {
        const { sound, published } = open();
        await sound.put('a', content, undefined);
        proxy.breakNext('GET', always, how);
        await expect(published.read('a')).rejects.toMatchObject({ code: 'unavailable' });
        // Neither is it written over as if it were shorter than it is.
        await expect(published.extend('a', content.length, content)).rejects.toMatchObject({
          code: 'unavailable',
        });
        proxy.mend();
        expect(await published.read('a')).toEqual(content);
      });
    });

    describe.each(Object.entries(unsure))('writing, %s', (_, how) => {
      it('once: what was meant is there, once', async () => {
        const { sound, published, staged } = open();
        await published.extend('a', 0, content);
        proxy.breakNext('PUT', 1, how);
        await published.extend('a', content.length, content.subarray(0, 7));
        expect((await sound.get('a'))?.bytes).toEqual(
          Uint8Array.from([...content, ...content.subarray(0, 7)]),
        );
        proxy.breakNext('PUT', 1, how);
        await staged.put('b', content);
        expect((await sound.get('b'))?.bytes).toEqual(content);
      });

      it('again and again: it fails, and works again afterwards from what is there', async () => {
        const { sound, published } = open();
        await published.extend('a', 0, content);
        proxy.breakNext('PUT', always, how);
        await expect(published.extend('a', content.length, content)).rejects.toMatchObject({
          code: 'unavailable',
        });
        proxy.mend();
        await published.extend('a', content.length, content);
        expect((await sound.get('a'))?.bytes).toEqual(Uint8Array.from([...content, ...content]));
      });
    });

    it('a 412 for a write that was done is looked into, and one for a write that was not is a failure', async () => {
      const { sound, published } = open();
      await published.extend('a', 0, content);
      proxy.breakNext('PUT', 1, async (forward) => (await forward(), refusedWith(412)));
      await published.replace('a', content.subarray(1));
      expect((await sound.get('a'))?.bytes).toEqual(content.subarray(1));
      proxy.breakNext('PUT', always, async () => refusedWith(412));
      await expect(published.replace('a', content)).rejects.toMatchObject({ code: 'failed' });
      expect((await sound.get('a'))?.bytes).toEqual(content.subarray(1));
    });

    it.each(['PUT', 'GET'])(
      'a wrong ETag in the answer to %s costs a second try, and undoes nobody',
      async (method) => {
        const { sound, published } = open();
        if (method === 'GET') await sound.put('a', content, undefined);
        proxy.breakNext(method, 1, async (forward) => {
          const passed = await forward();
          return { ...passed, headers: { ...passed.headers, etag: '"00000000000000000000000000000000"' } };
        });
        if (method === 'PUT') await published.extend('a', 0, content);
        await published.extend('a', content.length, content);
        expect((await sound.get('a'))?.bytes).toEqual(Uint8Array.from([...content, ...content]));
      },
    );

    it('a store that kept half of what it was sent is found out by the first who reads it', async () => {
      const { sound, published } = open();
      proxy.breakNext('PUT', 1, async (forward, { body }) => forward(half(body)));
      await published.extend('a', 0, content);
      await expect(sound.get('a')).rejects.toMatchObject({ code: 'unavailable' });
    });

    it.each<[string, (xml: string) => string]>([
      ['cut off', (xml) => xml.slice(0, xml.length / 2)],
      ['that lacks a name', (xml) => xml.replace(/<Contents>.*?<\/Contents>/s, '')],
      [
        'whose next page cannot be asked for',
        (xml) => xml.replace('<IsTruncated>false', '<IsTruncated>true'),
      ],
    ])('a list %s is not a shorter list', async (_, alter) => {
      const { sound, staged } = open();
      for (const name of ['a', 'b', 'c']) await sound.put(name, content, undefined);
      const how: Breakage = async (forward) => {
        const passed = await forward();
        return { ...passed, body: Buffer.from(alter(passed.body.toString())) };
      };
      proxy.breakNext('GET', 1, how);
      expect((await staged.list()).sort()).toEqual(['a', 'b', 'c']);
      proxy.breakNext('GET', always, how);
      await expect(staged.list()).rejects.toMatchObject({ code: 'unavailable' });
    });
  },
);
