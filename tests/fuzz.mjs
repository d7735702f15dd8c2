// `npm run fuzz -- 1000000 [name]`: so many inputs for every parser and for the verifier (or for those whose test has this
// name), then every single bit of five bundles. What became of them is printed, one line each.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const [inputs = '100000', ...name] = process.argv.slice(2);
if (!/^[1-9]\d*$/.test(inputs)) throw new Error('npm run fuzz -- INPUTS [NAME OF A TEST]');
const files = ['fuzzed-parsers', 'fuzzed-bundles', 'mutated-bundles'].map(
  (file) => `tests/conformance/${file}.test.ts`,
);
const options = ['--project', 'flow', '--reporter', 'verbose', '--no-file-parallelism'];
const { status } = spawnSync(
  process.execPath,
  [
    join('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    ...options,
    ...name.flatMap((each) => ['-t', each]),
    ...files,
  ],
  { stdio: 'inherit', env: { ...process.env, SIGWATCH_FUZZ: inputs, SIGWATCH_EVERY: '1' } },
);
process.exit(status ?? 1);
