import { expect, it } from 'vitest';
import { progressLine } from './progress.ts';

function watched(isTTY: boolean) {
  const written: string[] = [];
  return { written, terminal: { isTTY, write: (text: string) => written.push(text) } };
}

it('says at a terminal what is waited for, in one line that is gone afterwards', () => {
  const { written, terminal } = watched(true);
  const line = progressLine('app\u001b[31m.tgz', terminal);
  line.step('certificate');
  line.step('log');
  line.clear();
  expect(written.map((text) => text.startsWith('\r\u001b[2K'))).toEqual([true, true, true]);
  expect(written[0]).toContain('asking for a certificate');
  expect(written.join('')).not.toContain('\u001b[31m');
  expect(written[2]).toBe('\r\u001b[2K');
});

it('says nothing into a pipe', () => {
  const { written, terminal } = watched(false);
  const line = progressLine('app.tgz', terminal);
  line.step('certificate');
  line.clear();
  expect(written).toEqual([]);
});
