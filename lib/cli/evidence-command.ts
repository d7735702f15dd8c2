/**
 * `sigwatch log evidence FILE`: was this served by a log that had signed otherwise? Decided from the document alone, which
 * says itself how; whose key signed is said too, since only who knows the log's key can tell that it is the log's.
 */
import { sha256 } from '#crypto/sha256.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { parseStrictJson } from '#lib/encoding/strict-json.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
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
  const check = checkWrongBytes(read(file));
  if (check.outcome === 'refuted') {
    print(`not proved: ${visibleText(check.reason, 300)}\n`);
    return exitCode.no;
  }
  const { log, head, firstIndex } = check;
  const fingerprint = toHex(sha256(log.publicKey));
  if (key !== undefined && key.toLowerCase() !== fingerprint) {
    print(`not proved: the checkpoint is signed by another key, ${fingerprint}\n`);
    return exitCode.no;
  }
  print(
    `proved: entry ${firstIndex} as it was served is not in the tree of ${head.size} entries that was signed\n` +
      `log  ${visibleText(log.origin, 256)}\nkey  ${fingerprint} (SHA-256)\n`,
  );
  return exitCode.yes;
}

function read(file: string): unknown {
  const text = readText(file, mostBytes);
  try {
    return parseStrictJson(text);
  } catch (cause) {
    throw new CommandError(exitCode.usage, `${file} is not JSON, or names a member twice`, { cause });
  }
}
