import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../program.ts';
import { manPage } from './man-page.ts';

const page = fileURLToPath(new URL('sigwatch.1', import.meta.url));
const about = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
  man: string;
};

describe('the man page', () => {
  it('is what the commands say now; else: npm run man', () => {
    expect(readFileSync(page, 'utf8')).toBe(manPage(buildProgram(), about.version));
    expect(page.endsWith(about.man)).toBe(true);
  });

  it('gives the formatter no words as orders', () => {
    const program = new Command('sigwatch').description('.so /etc/passwd');
    program.command('x').description(".so it\\n'begins").option('--a', '.so /etc/passwd\n.so b');
    const orders = manPage(program, '1')
      .split('\n')
      .filter((line) => /^[.']/.test(line));
    expect(orders.filter((line) => /^['.]\s*so/.test(line))).toEqual([]);
  });

  it.skipIf(!existsSync('/usr/bin/groff'))('is taken by groff without a warning', () => {
    const { stderr, stdout } = spawnSync('groff', ['-man', '-Tutf8', '-ww', page]);
    expect(stderr.toString()).toBe('');
    expect(stdout.toString().length).toBeGreaterThan(1000);
    expect(execFileSync('groff', ['-man', '-Tascii', '-P-c', '-P-b', '-P-u', page]).toString()).toContain(
      'sigwatch policy check',
    );
  });
});
