/**
 * `sigwatch fsck URL`: does a log serve what it signed? Reads every entry and tile over HTTP, derives everything again,
 * and names the first thing that is wrong. Exit codes: 0 clean, 1 a fault, 2 asked wrongly, 3 the log did not answer.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { toBase64 } from '#lib/encoding/base64.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { checkEntries } from '#lib/fsck/check-entries.ts';
import { checkTiles, type CheckOptions, type CheckState } from '#lib/fsck/check-tiles.ts';
import { dataTilesAsBundles, openStaticCtHead } from '#lib/fsck/data-tiles.ts';
import { FaultFound, type Fault } from '#lib/fsck/fault.ts';
import { openRfc6962Head, openTileHead, type OpenedHead } from '#lib/fsck/open-head.ts';
import { NoteError } from '#lib/note/signed-note.ts';
import { guardedFetch } from '#lib/server/guarded-fetch.ts';
import { SourceError, type FetchBytes, type LogSource } from '#lib/source/log-source.ts';
import { rfc6962Source } from '#lib/source/rfc6962.ts';
import { FsckError } from './fsck-error.ts';
import { dropState, readState, writeState } from './fsck-state.ts';
import { trustFor, type CertificateLogTrust, type LogTrust, type TrustOptions } from './fsck-trust.ts';

export interface FsckOptions extends TrustOptions {
  readonly url: string;
  /** Do not look at the signature: says whether the tree is sound, not whose it is. */
  readonly unsigned?: boolean | undefined;
  readonly parallel: number;
  /** How long the log may not answer at all before the check is given up. */
  readonly patienceMs: number;
  readonly state?: string | undefined;
  readonly json?: boolean | undefined;
}

export interface FsckTerminal {
  result(line: string): void;
  progress(done: bigint, size: bigint): void;
  note(line: string): void;
}

interface Outcome {
  readonly head: OpenedHead | undefined;
  readonly checked: bigint;
  readonly fault: Fault | undefined;
  readonly error: Error | undefined;
}

export async function fsck(options: FsckOptions, terminal: FsckTerminal): Promise<number> {
  const url = options.url.replace(/\/+$/, '');
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw new FsckError('usage', `${visibleText(options.url)} is not an http(s) address.`);
  }
  const trust: LogTrust =
    options.unsigned === true
      ? { kind: 'tiles', verifiers: undefined }
      : await wellFormed(trustFor(url, options));
  const outcome = await check(url, trust, options, terminal);
  report(url, trust, outcome, options.json === true, terminal);
  if (outcome.fault !== undefined) return 1;
  return outcome.error === undefined ? 0 : 3;
}

async function wellFormed(trust: Promise<LogTrust>): Promise<LogTrust> {
  return trust.catch((cause: unknown) => {
    if (!(cause instanceof NoteError)) throw cause;
    throw new FsckError('usage', `The key cannot be used: ${cause.message}.`, { cause });
  });
}

async function check(
  url: string,
  trust: LogTrust,
  options: FsckOptions,
  terminal: FsckTerminal,
): Promise<Outcome> {
  const fetch = patient(guardedFetch(url), options.patienceMs, (reason) => terminal.note(reason));
  let head: OpenedHead | undefined;
  let checked = 0n;
  let latest: (() => CheckState) | undefined;
  try {
    head = await openHead(fetch, trust);
    const { size } = head;
    const resume = options.state === undefined ? undefined : await readState(options.state, url);
    const onProgress: CheckOptions['onProgress'] = (done, state) => {
      checked = done;
      latest = state;
      terminal.progress(done, size);
    };
    const settings = { parallel: options.parallel, resume, onProgress };
    if (trust.kind === 'ct') await checkEntries(entriesOf(fetch, trust), head, settings);
    else await checkTiles(trust.kind === 'static-ct' ? dataTilesAsBundles(fetch) : fetch, head, settings);
    if (options.state !== undefined) await dropState(options.state);
    return { head, checked: size, fault: undefined, error: undefined };
  } catch (error) {
    if (error instanceof FaultFound) return { head, checked, fault: error.fault, error: undefined };
    if (!(error instanceof SourceError)) throw error;
    if (options.state !== undefined && latest !== undefined) await writeState(options.state, url, latest());
    return { head, checked, fault: undefined, error };
  }
}

function openHead(fetch: FetchBytes, trust: LogTrust): Promise<OpenedHead> {
  switch (trust.kind) {
    case 'ct':
      return withEither(trust.publicKeys, (key) => openRfc6962Head(fetch, key));
    case 'static-ct':
      return withEither(trust.publicKeys, (key) => openStaticCtHead(fetch, key));
    case 'tiles':
      return openTileHead(fetch, trust.verifiers);
  }
}

/** Its head was opened already: what is read of it now needs no key. */
function entriesOf(fetch: FetchBytes, { publicKeys: [key] }: CertificateLogTrust): LogSource {
  return rfc6962Source(fetch, key ?? new Uint8Array(0));
}

/** An address may be listed with several keys: the head is signed by one of them. */
async function withEither(
  [key, ...others]: readonly Uint8Array[],
  open: (key: Uint8Array) => Promise<OpenedHead>,
): Promise<OpenedHead> {
  if (key === undefined) throw new FsckError('usage', 'There is no key.');
  try {
    return await open(key);
  } catch (error) {
    const isOtherKey =
      error instanceof FaultFound && ['signature', 'unknown-key'].includes(error.fault.problem);
    if (!isOtherKey || others.length === 0) throw error;
    return withEither(others, open);
  }
}

/** Asks again while the log answers anything at all within the patience given; guardedFetch says how long to wait. */
function patient(fetch: FetchBytes, patienceMs: number, onWait: (reason: string) => void): FetchBytes {
  let lastAnswer = Date.now();
  let waiting = false;
  return async (path, maxBytes) => {
    for (;;) {
      try {
        const bytes = await fetch(path, maxBytes);
        lastAnswer = Date.now();
        waiting = false;
        return bytes;
      } catch (error) {
        const again = error instanceof SourceError && error.code === 'unreachable';
        if (!again || Date.now() - lastAnswer > patienceMs) throw error;
        if (!waiting) onWait(`${path}: ${error.message}; trying again`);
        waiting = true;
        await pause(100);
      }
    }
  };
}

function report(url: string, trust: LogTrust, outcome: Outcome, json: boolean, terminal: FsckTerminal): void {
  const { head, checked, fault, error } = outcome;
  const asked = trust.kind !== 'tiles' || trust.verifiers !== undefined;
  const signature = !asked ? 'not checked' : head === undefined ? 'not verified' : 'verified';
  if (json) {
    const stated =
      head === undefined ? {} : { origin: head.origin, size: `${head.size}`, root: toBase64(head.root) };
    const found = { clean: fault === undefined && error === undefined, fault: fault ?? null };
    const all = { log: url, kind: trust.kind, ...stated, signature, checked };
    const line = { ...all, ...found, ...(error === undefined ? {} : { error: error.message }) };
    terminal.result(
      JSON.stringify(line, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
    );
    return;
  }
  if (head !== undefined) {
    terminal.note(`${visibleText(head.origin || url)}: ${head.size} entries, signature ${signature}`);
  }
  if (fault !== undefined) terminal.result(`FAULT in ${placeOf(fault)}: ${visibleText(fault.detail)}`);
  else if (error !== undefined)
    terminal.result(`UNFINISHED after ${checked} entries: ${visibleText(error.message)}`);
  else terminal.result(`CLEAN: every leaf hash, tile and the root of ${checked} entries are as signed`);
}

function placeOf(fault: Fault): string {
  const where = 'index' in fault ? `${fault.path}, entry ${fault.index}` : fault.path;
  return 'hash' in fault ? `${fault.path}, hash ${fault.hash} (from entry ${fault.index})` : where;
}
