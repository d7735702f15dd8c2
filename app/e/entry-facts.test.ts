import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import type { Signing } from '../signings/signing.ts';
import { ArtifactFacts } from './entry-facts.tsx';

const shown = (algorithm: string, value: string) =>
  renderToStaticMarkup(
    createElement(ArtifactFacts, { signing: { digest: { algorithm, value } } as unknown as Signing }),
  );

it.each([
  ['SHA2_256', 64],
  ['SHA2_384', 96],
  ['SHA2_512', 128],
])('leads from a %s to all signatures of the file', (algorithm, length) => {
  const digest = 'ab'.repeat(length / 2);
  expect(shown(algorithm, digest)).toContain(`href="/d/${digest}"`);
});

it('leads nowhere from a digest that no file is looked up by', () => {
  expect(shown('SHA1', 'ab'.repeat(20))).not.toContain('href');
});
