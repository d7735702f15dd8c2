import { describe, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { cosignatureKeyId } from './cosignature.ts';
import { ed25519LogId } from './key-id.ts';
import { formatVerifierKey } from './verifier-key.ts';
import { parseWitnessPolicy } from './witness-policy.ts';

const witnessKey = (name: string): string => {
  const key = sha256(utf8(name));
  return formatVerifierKey({ name, keyId: cosignatureKeyId({ name, key }), type: 'cosignature', key });
};
const logKey = (name: string): string => {
  const key = sha256(utf8(name));
  return formatVerifierKey({ name, keyId: ed25519LogId(name, key).slice(0, 4), type: 'ed25519', key });
};
const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join('');
const witness = (name: string): string => `witness ${name} ${witnessKey(name)}`;

describe('the example of the specification', () => {
  const policy = parseWitnessPolicy(
    lines(
      `log ${logKey('log.example')} https://log.example`,
      '',
      ...['X1', 'X2', 'X3'].map(witness),
      'group X-witnesses 2 X1 X2 X3',
      '  # two organisations',
      `${witness('Y1')} https://y1.example/`,
      ...['Y2', 'Y3'].map(witness),
      'group\tY-witnesses any Y1 Y2 Y3 ',
      'group X-and-Y all X-witnesses Y-witnesses',
      'quorum X-and-Y',
    ),
  );
  const quorum = (...names: string[]): boolean =>
    policy.isQuorum(new Set(policy.witnesses.filter(({ name }) => names.includes(name))));

  it('names its log and its witnesses, with addresses where given', () => {
    expect(policy.logs).toMatchObject([{ url: 'https://log.example', key: { name: 'log.example' } }]);
    expect(policy.witnesses.map(({ name, url }) => [name, url])).toEqual([
      ['X1', undefined],
      ['X2', undefined],
      ['X3', undefined],
      ['Y1', 'https://y1.example/'],
      ['Y2', undefined],
      ['Y3', undefined],
    ]);
  });

  it('wants two of the first group and one of the second', () => {
    expect(quorum('X1', 'X3', 'Y2')).toBe(true);
    expect(quorum('X1', 'X2', 'X3')).toBe(false);
    expect(quorum('X1', 'Y1', 'Y2', 'Y3')).toBe(false);
    expect(quorum()).toBe(false);
  });
});

it('needs nobody when the quorum is none', () => {
  expect(parseWitnessPolicy('quorum none\n').isQuorum(new Set())).toBe(true);
});

it.each([
  ['no quorum line', lines(witness('A'))],
  ['two quorum lines', lines('quorum none', 'quorum none')],
  ['a quorum defined later', lines('quorum A', witness('A'))],
  ['a group of someone defined later', lines('group G any A', witness('A'), 'quorum G')],
  ['a member of two groups', lines(witness('A'), 'group G any A', 'group H any A', 'quorum G')],
  ['a member twice', lines(witness('A'), 'group G 2 A A', 'quorum G')],
  ['a threshold of 0', lines(witness('A'), 'group G 0 A', 'quorum G')],
  ['a threshold past the members', lines(witness('A'), 'group G 2 A', 'quorum G')],
  ['a threshold with a leading zero', lines(witness('A'), 'group G 01 A', 'quorum G')],
  ['an empty group', lines('group G any', 'quorum G')],
  ['none as a member', lines('group G any none', 'quorum G')],
  ['a witness called none', lines(`witness none ${witnessKey('A')}`, 'quorum none')],
  ['a name twice', lines(witness('A'), `witness A ${witnessKey('B')}`, 'quorum A')],
  ['a key twice', lines(witness('A'), `witness B ${witnessKey('A')}`, 'quorum A')],
  ['a log twice', lines(`log ${logKey('l')}`, `log ${logKey('l')}`, 'quorum none')],
  ["a log's key for a witness", lines(`witness A ${logKey('A')}`, 'quorum A')],
  ["a witness's key for a log", lines(`log ${witnessKey('A')}`, 'quorum none')],
  ['an unknown keyword', lines('witnesses A', 'quorum none')],
  ['a carriage return', 'quorum none\r\n'],
])('refuses %s', (_, text) => {
  expect(() => parseWitnessPolicy(text)).toThrow(/^line \d+: /);
});
