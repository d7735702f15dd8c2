/** `sigwatch search`: who signed as whom, or who signed this, as an instance verified it. */
import { readFileDigest } from '#lib/identity/file-digest.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';
import { table } from './table.ts';
import { findSignings, type LoggedSigning, type SigningsPage } from './signings.ts';

export interface SearchJob {
  readonly instance: string;
  /** An identity, or the SHA-256 of a file. */
  readonly wanted: string;
  readonly issuer?: string;
  readonly repository?: string;
  readonly since?: string;
  readonly cursor?: string;
  readonly limit: string;
  readonly json: boolean;
  readonly colour: boolean;
}

export async function search(job: SearchJob, print: (text: string) => void): Promise<ExitCode> {
  const { instance, wanted, issuer, repository, since, cursor, limit } = job;
  const isDigest = readFileDigest(wanted) !== undefined;
  const page = await findSignings(instance, {
    [isDigest ? 'digest' : 'identity']: wanted,
    issuer,
    repository,
    since,
    cursor,
    limit,
  });
  print(job.json ? `${JSON.stringify(page, null, 2)}\n` : asTable(job, page));
  return page.total > 0 ? exitCode.yes : exitCode.no;
}

const headings = ['SIGNED', 'WHO', 'FROM', 'SHA-256', 'ENTRY', 'CERTIFICATE'];

function asTable({ colour, wanted }: SearchJob, page: SigningsPage): string {
  const lines = table(headings, page.signings.map(rowOf), colour);
  return `${[...lines, ...(lines.length === 0 ? [] : ['']), ...summary(wanted, page)].join('\n')}\n`;
}

function rowOf({ time, identities, repository, issuer, digest, log, index, trust }: LoggedSigning): string[] {
  return [
    time.replace(/\.\d+Z$/, 'Z'),
    visibleText([...new Set(identities.map(({ value, exact = value }) => exact))].join(' '), 80),
    visibleText(repository ?? issuer ?? 'a bare key', 80),
    digest === null ? '-' : digest.value.slice(0, 12),
    `${visibleText(log, 40)}/${index}`,
    visibleText(trust, 20),
  ];
}

function summary(
  wanted: string,
  { signings, total, forgeries, unlisted, completeUpTo, next }: SigningsPage,
): string[] {
  const count = total === 1 ? '1 signature' : `${total} signatures`;
  return [
    `${count}${signings.length < total ? `, ${signings.length} of them here` : ''}.`,
    ...(forgeries === 0
      ? []
      : [`${forgeries} forgery attempt(s) under certificates that nobody trusted issued, not listed.`]),
    ...(unlisted ? ['Not all are listed here: the owner of an address asked for that.'] : []),
    ...completeUpTo.map(
      ({ log, size, time }) =>
        `Searched ${visibleText(log)} up to entry ${size}${time === null ? '' : `, as of ${visibleText(time)}`}.`,
    ),
    ...(next === null ? [] : [`Next page: sigwatch search ${quoted(wanted)} --cursor ${quoted(next)}`]),
  ];
}

/** Only what a shell takes as it is goes without quotes. */
function quoted(text: string): string {
  const shown = visibleText(text, 2048);
  return /^[A-Za-z0-9@%+=:,./_-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`;
}
