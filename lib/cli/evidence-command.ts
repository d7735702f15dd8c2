/**
 * `sigwatch log evidence FILE`: did a log sign two things that cannot both be true, or serve what it had not signed? And of
 * the evidence of an alert: is the entry in the tree that was signed? Decided from the document alone, which says itself how; whose key signed is said too, since only who knows the log's
 * key can tell that it is the log's.
 */
import { sha256 } from '#crypto/sha256.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { parseStrictJson } from '#lib/encoding/strict-json.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { checkContradiction, contradictionKind } from '#lib/source/contradiction-document.ts';
import type { SpokenLog } from '#lib/source/source-of.ts';
import { evidenceSchema, verifyEvidence, type Evidence } from '#lib/verify/evidence.ts';
import { checkWrongBytes } from '#lib/source/wrong-bytes-document.ts';
import { CommandError, exitCode, type ExitCode } from './exit-codes.ts';
import { readText } from './read-input.ts';

/** A megabyte of entries in base64, and everything around them. */
const mostBytes = 4 * 1024 * 1024;

export async function evidenceCommand(
  file: string,
  { key }: { readonly key?: string },
  print: (text: string) => void,
): Promise<ExitCode> {
  const check = await checkEvidence(read(file));
  if ('reason' in check) {
    print(`not proved: ${visibleText(check.reason, 300)}\n`);
    return exitCode.no;
  }
  const { log, words } = check;
  const fingerprint = toHex(sha256(log.publicKey));
  if (key !== undefined && key.toLowerCase() !== fingerprint) {
    print(`not proved: it is signed by another key, ${fingerprint}\n`);
    return exitCode.no;
  }
  print(`proved: ${words}\nlog  ${visibleText(log.origin, 256)}\nkey  ${fingerprint} (SHA-256)\n`);
  return exitCode.yes;
}

type Check =
  | { readonly log: Pick<SpokenLog, 'origin' | 'publicKey'>; readonly words: string }
  | { readonly reason: string };

async function checkEvidence(document: unknown): Promise<Check> {
  const ofAlert = evidenceSchema.safeParse(document).data;
  if (ofAlert !== undefined) return checkAlert(ofAlert, document);
  if (kindOf(document) === contradictionKind) return checkContradiction(document);
  const check = checkWrongBytes(document);
  if (check.outcome === 'refuted') return check;
  const { log, head, firstIndex } = check;
  return {
    log,
    words: `entry ${firstIndex} as it was served is not in the tree of ${head.size} entries that was signed`,
  };
}

/** The key is the one in the document: `--key` is for whoever knows the log. */
async function checkAlert({ log, index }: Evidence, document: unknown): Promise<Check> {
  const proof = await verifyEvidence(document, log);
  switch (proof.outcome) {
    case 'proved':
      return { log, words: `entry ${index} is in the tree of ${proof.head.size} entries that was signed` };
    case 'not-covered':
      return { reason: `the checkpoint is of ${proof.size} entries and does not reach entry ${index}` };
    case 'contradicted':
    case 'not-checked':
      return { reason: proof.words };
  }
}

function kindOf(document: unknown): unknown {
  return typeof document === 'object' && document !== null && 'kind' in document ? document.kind : undefined;
}

function read(file: string): unknown {
  const text = readText(file, mostBytes);
  try {
    return parseStrictJson(text);
  } catch (cause) {
    throw new CommandError(exitCode.usage, `${file} is not JSON, or names a member twice`, { cause });
  }
}
