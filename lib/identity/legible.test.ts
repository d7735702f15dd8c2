import { expect, it } from 'vitest';
import { legibleName } from './legible.ts';

it.each([
  ['jane@xn--exmple-4nf.com', 'jane@ex\u0430mple.com'],
  ['dev@XN--BCHER-KVA.example', 'dev@b\u00FCcher.example'],
  ['https://xn--bcher-kva.example/a/%D8%A7%20b', 'https://b\u00FCcher.example/a/\u0627%20b'],
  ['jane%20@example.com', 'jane%20@example.com'],
  ['jane@xn--a.com', 'jane@xn--a.com'],
  ['jane@xn--example-.com', 'jane@xn--example-.com'],
  ['my-xn--exmple-4nf@example.com', 'my-xn--exmple-4nf@example.com'],
])('%s reads %s', (name, legible) => expect(legibleName(name)).toBe(legible));
