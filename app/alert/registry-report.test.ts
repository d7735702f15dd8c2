import { expect, it } from 'vitest';
import { signatureFacts } from '#tests/harness/signature-facts.ts';
import { registryReport } from './registry-report.ts';

it.each([
  ['SHA2_256', 64, 'File (SHA-256): '],
  ['SHA2_512', 128, 'File (SHA-512): '],
])('names a %s digest as what it is', (digestAlgorithm, length, label) => {
  const digest = 'ab'.repeat(length / 2);
  const report = registryReport('rekor', signatureFacts({ digest, digestAlgorithm }), 'https://w.example');
  expect(report).toContain(label + digest);
});
