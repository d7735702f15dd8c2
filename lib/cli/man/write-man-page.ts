/** `npm run man`: writes sigwatch.1 anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { buildProgram } from '../program.ts';
import { manPage } from './man-page.ts';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
writeFileSync(new URL('sigwatch.1', import.meta.url), manPage(buildProgram(), version));
