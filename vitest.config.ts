import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// units: beside the code, pure, no database and no network. The rest lives in tests/ and starts real parts.
const units = [
  'lib/**/*.test.ts',
  'ca/**/*.test.ts',
  'log/**/*.test.ts',
  'workers/**/*.test.ts',
  'app/**/*.test.{ts,tsx}',
];
const postgres = 'tests/harness/global-setup.ts';
const whole = { testTimeout: 60_000, hookTimeout: 120_000 };
const slow = { testTimeout: 180_000, hookTimeout: 300_000 };

export default defineConfig({
  test: {
    // Most of these tests wait for processes and deadlines: one file a core would leave the cores idle.
    maxWorkers: availableParallelism() + 1,
    projects: [
      { test: { name: 'units', include: [...units, 'tests/architecture.test.ts'], testTimeout: 20_000 } },
      {
        test: {
          name: 'flow',
          include: ['tests/{flow,contract,conformance,clients}/**/*.test.ts'],
          globalSetup: postgres,
          ...whole,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          globalSetup: ['tests/harness/build-pages.ts', postgres],
          ...slow,
        },
      },
      // Whole instances from their first start, on a machine of their own.
      {
        test: {
          name: 'story',
          include: ['tests/story/**/*.test.ts'],
          globalSetup: postgres,
          ...slow,
          fileParallelism: false,
        },
      },
    ],
  },
});
