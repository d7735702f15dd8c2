/** `sigwatch search`: who signed as whom, or who signed this, as an instance verified it. */
import { readFileDigest } from '#lib/identity/file-digest.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';
import { table } from './table.ts';
import { findSignings, searchedLines, type LoggedSigning, type SigningsPage } from './signings.ts';

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
  const { wanted, json } = job;
  const isDigest = readFileDigest(wanted) !== undefined;
  const page = await ask(job, isDigest ? 'digest' : 'identity', wanted);
  const key = isDigest ? keyOf(job) : undefined;
  const ofKey = key === undefined ? undefined : await ask(job, 'identity', key);
  const isKeys = ofKey !== undefined && ofKey.total + ofKey.forgeries > 0;
  // One answer where there is one: whoever signs the file of somebody's key must not hide what the key signed.
  const isFiles = !isKeys || page.total + page.forgeries > 0;
  if (json)
    print(`${JSON.stringify(isKeys ? (isFiles ? { ...page, asKey: ofKey } : ofKey) : page, null, 2)}\n`);
  else {
    if (isFiles) print(asTable(job, page));
    if (isKeys) print(asTable({ ...job, wanted: key ?? wanted }, ofKey));
  }
  return page.total + (ofKey?.total ?? 0) > 0 ? exitCode.yes : exitCode.no;
}

/** A SHA-256 may be of a public key as well as of a file. A cursor belongs to one answer, and the key's is asked for by name. */
function keyOf({ wanted, cursor }: SearchJob): string | undefined {
  const hex = readFileDigest(wanted);
  return hex?.length === 64 && cursor === undefined ? `key:${hex}` : undefined;
}

function ask(job: SearchJob, by: 'digest' | 'identity', wanted: string): Promise<SigningsPage> {
  const { instance, issuer, repository, since, cursor, limit } = job;
  return findSignings(instance, { [by]: wanted, issuer, repository, since, cursor, limit });
}

const headings = ['SIGNED', 'WHO', 'FROM', 'SHA-256', 'ENTRY', 'CERTIFICATE'];

function asTable({ colour, wanted }: SearchJob, page: SigningsPage): string {
  const lines = table(headings, page.signings.map(rowOf), colour);
  return `${[...lines, ...(lines.length === 0 ? [] : ['']), ...summary(wanted, page)].join('\n')}\n`;
}

function rowOf({ time, identities, repository, issuer, digest, log, index, trust }: LoggedSigning): string[] {
  return [
    time.replace(/\.\d+Z$/, 'Z'),
    visibleText([...new Set(identities.map(nameOf))].join(' '), 80),
    visibleText(repository ?? issuer ?? 'a bare key', 80),
    digest === null ? '-' : digest.value.slice(0, 12),
    `${visibleText(log, 40)}/${index}`,
    visibleText(trust, 20),
  ];
}

/** A user id may look like an address that somebody logged in with, and is none. */
function nameOf({ kind, value, exact = value }: LoggedSigning['identities'][number]): string {
  return kind === 'pgp-user' ? value : exact;
}

function summary(
  wanted: string,
  { signings, total, forgeries, pgpUserIds, unlisted, completeUpTo, next }: SigningsPage,
): string[] {
  const count = total === 1 ? '1 signature' : `${total} signatures`;
  return [
    `${count}${signings.length < total ? `, ${signings.length} of them here` : ''}.`,
    ...(forgeries === 0
      ? []
      : [`${forgeries} forgery attempt(s) under certificates that nobody trusted issued, not listed.`]),
    ...(pgpUserIds === null || pgpUserIds.signatures === 0
      ? []
      : [
          `PGP keys that carry this address in a user id, which nobody checked, signed ${pgpUserIds.signatures} more: sigwatch search ${quoted(pgpUserIds.identity)}`,
        ]),
    ...(unlisted ? ['Not all are listed here: the owner of an address asked for that.'] : []),
    ...searchedLines(completeUpTo),
    ...(next === null ? [] : [`Next page: sigwatch search ${quoted(wanted)} --cursor ${quoted(next)}`]),
  ];
}

/** Only what a shell takes as it is goes without quotes. */
function quoted(text: string): string {
  const shown = visibleText(text, 2048);
  return /^[A-Za-z0-9@%+=:,./_-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`;
}
