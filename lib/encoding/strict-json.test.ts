import { describe, expect, it } from 'vitest';
import { parseStrictJson } from './strict-json.ts';

describe('parseStrictJson', () => {
  it.each([
    '{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}',
    '{"a":"__proto__","proto":"constructor"}',
    '{"a":"a","b":"\\"a\\":1","c":"x\\\\"}',
    '["a","a"]',
    '{"a":"{\\"a\\":1,\\"a\\":2}"}',
    ' {"":1, "\\u0061b" :2}',
    '"a"',
    '1',
  ])('reads %s as JSON.parse does', (json) => {
    expect(parseStrictJson(json)).toEqual(JSON.parse(json));
  });

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"b":[{"a":1,"c":"}","a":2}]}',
    '{"a":{"x":1},"a" \n :2}',
    '{"__proto__":1}',
    '{"a":{"\\u005f_proto__":{}}}',
    '[{"constructor":{"prototype":{}}}]',
    '{"x\\\\":1,"x\\\\":2}',
  ])('refuses %s', (json) => {
    expect(() => parseStrictJson(json)).toThrow(SyntaxError);
  });

  it('takes a long string and deep nesting in their stride', () => {
    const long = JSON.stringify({ a: '\\"'.repeat(200_000), b: 'x'.repeat(1_000_000) });
    expect(parseStrictJson(long)).toEqual(JSON.parse(long));
    expect(() => parseStrictJson('[{"a":'.repeat(2_000) + '1,"a":2' + '}]'.repeat(2_000))).toThrow(
      SyntaxError,
    );
  });
});
