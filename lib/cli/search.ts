/** `sigwatch search`: who signed as whom, or who signed this, as an instance verified it. */
import { readFileDigest } from '#lib/identity/file-digest.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';
import { table } from './table.ts';
import { findSignings, searchedLines, type LoggedSigning, type SigningsPage } from './signings.ts';

export interface SearchJob {
  readonly instance: string;
  /** An identity, or the SHA-256 of a file, a key or a certificate. */
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
  const asked = questionsOf(job);
  const pages = await Promise.all(asked.map(({ by, wanted }) => ask(job, by, wanted)));
  const answers = asked.flatMap((question, at): Answer[] => {
    const page = pages[at];
    return page === undefined ? [] : [{ ...question, page }];
  });
  const found = answers.filter(({ page }) => page.total + page.forgeries > 0);
  // One answer where there is one: whoever signs the file of somebody's key must not hide what the key signed.
  const shown = found.length > 0 ? found : answers.slice(0, 1);
  if (job.json) print(`${JSON.stringify(asOne(shown), null, 2)}\n`);
  else for (const { wanted, page } of shown) print(asTable({ ...job, wanted }, page));
  return pages.some(({ total }) => total > 0) ? exitCode.yes : exitCode.no;
}

interface AskedFor {
  readonly by: 'identity' | 'digest' | 'certificate';
  /** As it is typed to be asked for so alone. */
  readonly wanted: string;
}

interface Answer extends AskedFor {
  readonly page: SigningsPage;
}

const certificateMark = 'certificate:';

/**
 * A SHA-256 may be of a file, of a public key and of a certificate. A cursor belongs to one answer, and those of the key
 * and of the certificate are asked for by name.
 */
function questionsOf({ wanted, cursor }: SearchJob): AskedFor[] {
  const text = withoutColons(wanted);
  if (text.startsWith(certificateMark)) return [{ by: 'certificate', wanted: text }];
  const hex = readFileDigest(text);
  if (hex === undefined) return [{ by: 'identity', wanted }];
  const ofFile = { by: 'digest', wanted: text } as const;
  if (hex.length !== 64 || cursor !== undefined) return [ofFile];
  return [
    ofFile,
    { by: 'identity', wanted: `key:${hex}` },
    { by: 'certificate', wanted: `${certificateMark}${hex}` },
  ];
}

/** As openssl prints a fingerprint. */
function withoutColons(text: string): string {
  return text.replace(/(?:[0-9a-f]{2}:){31}[0-9a-f]{2}$/i, (hex) => hex.replaceAll(':', ''));
}

function asOne([first, ...more]: readonly Answer[]): object {
  const names = { identity: 'asKey', certificate: 'asCertificate', digest: 'asFile' };
  return { ...first?.page, ...Object.fromEntries(more.map(({ by, page }) => [names[by], page])) };
}

function ask(job: SearchJob, by: AskedFor['by'], wanted: string): Promise<SigningsPage> {
  const { instance, issuer, repository, since, cursor, limit } = job;
  const text = by === 'certificate' ? wanted.slice(certificateMark.length).toLowerCase() : wanted;
  return findSignings(instance, { [by]: text, issuer, repository, since, cursor, limit });
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
