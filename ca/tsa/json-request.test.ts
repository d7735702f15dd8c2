import { expect, it } from 'vitest';
import { readJsonRequest } from './json-request.ts';

const request = (more: object) =>
  JSON.stringify({ artifactHash: Buffer.alloc(32).toString('base64'), hashAlgorithm: 'sha256', ...more });

it.each([
  [{ hashAlgorithm: 'sha1' }, 'Weak hash algorithm in timestamp request'],
  [{ hashAlgorithm: 'sha3-256' }, 'unsupported hash algorithm in timestamp request'],
  [{ hashAlgorithm: 'constructor' }, 'unsupported hash algorithm in timestamp request'],
  [{ hashAlgorithm: 5 }, 'timestamp request is malformed: hashAlgorithm'],
  [
    { tsaPolicyOID: Array.from({ length: 129 }, () => '1').join('.') },
    'OID should be comprised of at most 128 components',
  ],
])('a request with %j is refused by the sentence clients know', (more, sentence) => {
  expect(() => readJsonRequest(request(more))).toThrow(sentence);
});
