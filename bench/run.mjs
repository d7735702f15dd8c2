/** `npm run bench -- NAME`: runs bench/NAME.ts, whose last line of output is one JSON object with its figures. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [name = '', ...rest] = process.argv.slice(2);
const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
if (!/^[a-z]+$/.test(name) || !existsSync(file)) {
  const names = readdirSync(new URL('.', import.meta.url)).filter((entry) => entry.endsWith('.ts'));
  process.stderr.write(
    `npm run bench -- NAME, one of: ${names.map((entry) => entry.slice(0, -3)).join(' ')}\n`,
  );
  process.exit(2);
}
const child = spawn(process.execPath, ['--import', 'tsx', file, ...rest], { stdio: 'inherit' });
child.once('exit', (code) => process.exit(code ?? 1));
