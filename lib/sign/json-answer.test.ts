import { expect, it } from 'vitest';
import { utf8 } from '#lib/encoding/bytes.ts';
import { readJsonAnswer } from './json-answer.ts';

const explained = [{ reason: 'X', metadata: { explanation: 'It answers 500.' } }, { requestId: '1' }];

it.each([
  [
    { message: 'Error entering certificate in CTL', details: explained },
    ': Error entering certificate in CTL (It answers 500.)',
  ],
  [{ message: 'no', details: 'odd' }, ': no'],
  [{ message: 'no' }, ': no'],
  [{ details: explained }, ''],
  [7, ''],
])('a refusal says why, as far as it was told: %j', (body, expected) => {
  const answer = { status: 500, body: utf8(JSON.stringify(body)), header: () => undefined };
  expect(() => readJsonAnswer(answer, 'log-refused', 'it')).toThrow(
    expect.objectContaining({ message: `it answered 500${expected}` }) as Error,
  );
});
