import { expect, it } from 'vitest';
import { LastWords } from './last-words.ts';

const line = (level: number, msg: string, err?: string) =>
  JSON.stringify({ level, msg, ...(err === undefined ? {} : { err: { message: err } }) });

it('takes an error for the cause while the child starts', () => {
  const words = new LastWords();
  words.hear(line(30, 'listening'));
  words.hear(line(50, 'the port is taken'));
  expect(words.cause).toBe('the port is taken');
});

it('takes no error for the cause that a serving child reported and survived', () => {
  const words = new LastWords();
  words.hear(line(50, 'the port is taken'));
  words.serve();
  words.hear(line(50, 'log shows different trees to different readers'));
  expect(words.cause).toBe('');
  words.hear(line(60, 'fatal', 'connection lost'));
  expect(words.cause).toBe('connection lost');
  words.start();
  expect(words.cause).toBe('');
});

it('reads the message of an uncaught error', () => {
  const words = new LastWords();
  words.serve();
  words.hear('    at somewhere (file.ts:1:1)');
  words.hear('TypeError [ERR_X]: not a function');
  expect(words.cause).toBe('not a function');
});
