import { defineConfig } from 'vitest/config';

// units: beside the code, pure, no database and no network. The rest lives in tests/ and starts real parts.
const units = [
  'lib/**/*.test.ts',
  'ca/**/*.test.ts',
  'log/**/*.test.ts',
  'workers/**/*.test.ts',
  'app/**/*.test.{ts,tsx}',
];
const whole = { globalSetup: 'tests/harness/global-setup.ts', testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'units', include: [...units, 'tests/architecture.test.ts'], testTimeout: 20_000 } },
      {
        test: { name: 'flow', include: ['tests/{flow,contract,conformance,clients}/**/*.test.ts'], ...whole },
      },
      {
        test: {
          name: 'story',
          include: ['tests/{story,browser}/**/*.test.ts'],
          ...whole,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
