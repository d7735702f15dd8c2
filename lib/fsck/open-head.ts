/** The signed head a check starts from. What is wrong with it is a fault of the log like any other. */
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { isOwnOrigin, parseCheckpoint } from '#lib/note/checkpoint.ts';
import { NoteError, openNote, parseNote, type NoteVerifier } from '#lib/note/signed-note.ts';
import { SourceError, type FetchBytes } from '#lib/source/log-source.ts';
import { openTreeHead } from '#lib/source/rfc6962.ts';
import type { CheckedHead } from './check-tiles.ts';
import { FaultFound } from './fault.ts';

export interface OpenedHead extends CheckedHead {
  /** What the log calls itself; empty for an RFC 6962 log, which has no name. */
  readonly origin: string;
}

const maxBytes = 64 * 1024;

/** Without verifiers the signature is not looked at. Throws FaultFound, or SourceError when it cannot be read. */
export async function openTileHead(
  fetch: FetchBytes,
  verifiers: readonly NoteVerifier[] | undefined,
): Promise<OpenedHead> {
  const path = 'checkpoint';
  const bytes = await fetch(path, maxBytes);
  try {
    const note = fromUtf8(bytes);
    const opened = verifiers === undefined ? undefined : openNote(note, verifiers);
    const { origin, size, root } = parseCheckpoint((opened ?? parseNote(note)).text);
    if (opened !== undefined && !opened.verifiedBy.some(({ name }) => isOwnOrigin(name, origin))) {
      throw new NoteError(
        'no-known-signature',
        `it states the tree of ${JSON.stringify(origin)}, another log`,
      );
    }
    return { origin, size, root };
  } catch (error) {
    if (error instanceof NoteError) {
      const problem = {
        malformed: 'form',
        'bad-signature': 'signature',
        'no-known-signature': 'unknown-key',
      } as const;
      throw new FaultFound({
        artefact: 'checkpoint',
        path,
        problem: problem[error.code],
        detail: error.message,
      });
    }
    if (!(error instanceof TypeError)) throw error;
    throw new FaultFound({ artefact: 'checkpoint', path, problem: 'form', detail: 'is not UTF-8' });
  }
}

export async function openRfc6962Head(fetch: FetchBytes, publicKey: Uint8Array): Promise<OpenedHead> {
  const path = 'ct/v1/get-sth';
  try {
    const { size, root } = openTreeHead(fromUtf8(await fetch(path, maxBytes)), publicKey);
    return { origin: '', size, root };
  } catch (error) {
    const code = error instanceof SourceError ? error.code : undefined;
    if (code !== 'bad-signature' && code !== 'malformed') throw error;
    const problem = code === 'malformed' ? 'form' : 'signature';
    throw new FaultFound({ artefact: 'checkpoint', path, problem, detail: (error as SourceError).message });
  }
}
