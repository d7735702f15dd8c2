/** From the text of a policy to a Policy, or one sentence on what is wrong with it. */
import { Lexer, parseDocument, Parser } from 'yaml';
import { PolicyError } from './policy-error.ts';
import { policyFile, type PolicyFile } from './policy-file.ts';
import type { Policy } from './policy.ts';
import { resolvePolicy } from './resolve-policy.ts';

const longestPolicy = 4 * 1024 * 1024;

/** YAML 1.2, of which JSON is a part. Throws a PolicyError. */
export function readPolicy(text: string): Policy {
  if (text.length > longestPolicy) throw new PolicyError('malformed', 'a policy over 4 MiB');
  const parsed = policyFile.safeParse(readYaml(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join('.') ?? '';
    throw new PolicyError('malformed', `${where || 'the whole'}: ${issue?.message ?? 'malformed'}`);
  }
  return resolvePolicy(parsed.data satisfies PolicyFile);
}

/** No tags, no merge keys, no aliases (they can make a small file a huge one), no key twice. */
function readYaml(text: string): unknown {
  refuseNesting(text);
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: true,
    // A key that is no text is refused with every other unknown name; the package would print it besides.
    logLevel: 'error',
  });
  const [complaint] = [...document.errors, ...document.warnings];
  if (complaint !== undefined) {
    throw new PolicyError('not-yaml', complaint.message.split('\n')[0] ?? 'not YAML', { cause: complaint });
  }
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw new PolicyError('not-yaml', 'aliases are not allowed in a policy', { cause });
  }
}

/** Honest policies come to a dozen; what composes the document calls itself for each, and would end the whole process. */
const deepest = 100;

/** Token by token, which needs no stack but the one it counts. */
function refuseNesting(text: string): void {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // What it makes of them is of no interest here.
    Array.from(parser.next(lexeme));
    if (parser.stack.length > deepest) {
      throw new PolicyError('not-yaml', 'a policy nested too deep');
    }
  }
}
