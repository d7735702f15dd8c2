import { expect, it } from 'vitest';
import { boundedBody } from './bounded-body.ts';

function answerOf(parts: number): Response {
  let left = parts;
  return new Response(
    new ReadableStream<Uint8Array>({
      pull: (controller) => (left-- > 0 ? controller.enqueue(new Uint8Array([7])) : controller.close()),
    }),
  );
}

it('reads what comes byte by byte, in more pieces than a call takes arguments', async () => {
  const body = await boundedBody(answerOf(150_000), 150_000);
  expect([body.length, body.every((byte) => byte === 7)]).toEqual([150_000, true]);
});

it('gives up at the first byte too many', async () => {
  const tooLong = (message: string) => new TypeError(message);
  await expect(boundedBody(answerOf(4), 3, tooLong)).rejects.toThrow(new TypeError('more than 3 bytes'));
});
