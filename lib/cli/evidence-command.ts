/**
 * `sigwatch log evidence FILE`: did a log sign two things that cannot both be true, serve what it had not signed, change its
 * key or stand still, and how much of that does the file prove? And of the evidence of an alert: is the entry in the tree
 * that was signed, who signed it, and does the alert say what it says? Decided from the document alone, which says itself
 * how; whose keys they are is said too, since only who knows those of the log and of the authority can tell that they are
 * theirs.
 */
import { sha256 } from '#crypto/sha256.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { parseStrictJson } from '#lib/encoding/strict-json.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { checkContradiction, contradictionKind } from '#lib/source/contradiction-document.ts';
import { checkFreeze, freezeKind } from '#lib/source/freeze-document.ts';
import type { SpokenLog } from '#lib/source/source-of.ts';
import { badSignatureKind, checkUnsigned, keyChangeKind } from '#lib/source/unsigned-document.ts';
import { evidenceSchema, verifyEvidence, type Evidence } from '#lib/verify/evidence.ts';
import { checkWrongBytes } from '#lib/source/wrong-bytes-document.ts';
import { checkSigner } from './alert-evidence.ts';
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
  print(`proved: ${visibleText(words, 600)}\n`);
  if (check.leavesOpen !== undefined) print(`not proved: ${check.leavesOpen}\n`);
  for (const [name, value] of check.signing ?? []) print(`${name}  ${visibleText(value, 600)}\n`);
  print(`log  ${visibleText(log.origin, 256)}\nkey  ${fingerprint} (SHA-256)\n`);
  return exitCode.yes;
}

type Check =
  | {
      readonly log: Pick<SpokenLog, 'origin' | 'publicKey'>;
      readonly words: string;
      /** What it does not prove, where it seems to. */
      readonly leavesOpen?: string;
      /** Of an alert: who signed, and the authority above. */
      readonly signing?: readonly (readonly [string, string])[];
    }
  | { readonly reason: string };

async function checkEvidence(document: unknown): Promise<Check> {
  const ofAlert = evidenceSchema.safeParse(document).data;
  if (ofAlert !== undefined) return checkAlert(ofAlert, document);
  switch (kindOf(document)) {
    case contradictionKind:
      return checkContradiction(document);
    case badSignatureKind:
    case keyChangeKind:
      return checkUnsigned(document);
    case freezeKind:
      return checkFreeze(document);
    default:
      return checkServed(document);
  }
}

function checkServed(document: unknown): Check {
  const check = checkWrongBytes(document);
  if (check.outcome === 'refuted') return check;
  const { log, head, firstIndex } = check;
  return {
    log,
    words: `entry ${firstIndex} as it was served is not in the tree of ${head.size} entries that was signed`,
  };
}

/** The key is the one in the document: `--key` is for whoever knows the log. */
async function checkAlert(evidence: Evidence, document: unknown): Promise<Check> {
  const { log, index } = evidence;
  const proof = await verifyEvidence(document, log);
  switch (proof.outcome) {
    case 'proved':
      return withSigner(
        evidence,
        `entry ${index} is in the tree of ${proof.head.size} entries that was signed`,
      );
    case 'not-covered':
      return { reason: `the checkpoint is of ${proof.size} entries and does not reach entry ${index}` };
    case 'contradicted':
    case 'not-checked':
      return { reason: proof.words };
  }
}

async function withSigner(evidence: Evidence, proved: string): Promise<Check> {
  const check = await checkSigner(evidence);
  if ('reason' in check) return { reason: `${proved}, but ${check.reason}` };
  const { words, signer, root } = check;
  const authority = root === undefined ? [] : [['authority', `${root} (SHA-256)`] as const];
  return {
    log: evidence.log,
    words: `${proved}, ${words}, and the alert says what stands in it; its verdict and times are the word of who wrote it`,
    signing: [['signer', signer], ...authority],
  };
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
