import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { exitCode } from './exit-codes.ts';
import { attestationTarget } from './sign-targets.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-targets-'));
const place = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['app', 'predicate.json']) writeFileSync(place(name), '{}');

const attested = (predicateType: string) =>
  attestationTarget(place('app'), { predicate: place('predicate.json'), predicateType }, undefined);

it.each(['https://slsa.dev/provenance/v1', 'https://spdx.dev/Document', 'urn:example:review:1'])(
  'attests as %s',
  (type) => expect(attested(type).toSign.kind).toBe('envelope'),
);

it.each(['not a uri', '', 'https://', 'https://a b', 'slsaprovenance', 'https://a/\n'])(
  'does not publish an attestation of type %j, which is no URI',
  (type) => {
    expect(() => attested(type)).toThrow(expect.objectContaining({ code: exitCode.usage }) as Error);
  },
);
