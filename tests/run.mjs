// `npm test`: builds the pages if they are not current, runs every test, and ends with the one line that counts them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-run-'));
const report = join(folder, 'report.json');
const vitest = join('node_modules', 'vitest', 'vitest.mjs');

run([join('lib', 'cli', 'sigwatch.mjs'), 'build']);
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const status = run([vitest, 'run', ...reporters, ...process.argv.slice(2)]);
const counts = readCounts();
rmSync(folder, { recursive: true, force: true });
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 ? 1 : status);

function run(args) {
  const done = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (done.status !== 0 && !args[0].includes('vitest')) process.exit(done.status ?? 1);
  return done.status ?? 1;
}

/** A file that could not even be loaded counts as a failure: it holds tests that did not run. */
function readCounts() {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    const unloaded = testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    return {
      passed: numPassedTests,
      failed: numFailedTests + unloaded.length,
      skipped: numPendingTests + numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
