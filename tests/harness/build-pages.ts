/** The pages are built before the files that show them start side by side: two builds at once would write into one folder. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export default function setup(): void {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync(process.execPath, ['lib/cli/sigwatch.mjs', 'build'], { cwd, stdio: 'pipe' });
}
