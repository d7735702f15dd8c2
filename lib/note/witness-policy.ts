/** Which logs and witnesses are believed, and how many of them are enough: c2sp.org/tlog-policy, read strictly. */
import { equal } from '#lib/encoding/bytes.ts';
import { NoteError } from './signed-note.ts';
import { parseVerifierKey, type VerifierKey } from './verifier-key.ts';

export interface PolicyLog {
  /** Its name is the origin of the log. */
  readonly key: VerifierKey;
  readonly url: string | undefined;
}

export interface PolicyWitness {
  /** What the policy calls it; means nothing outside. */
  readonly name: string;
  readonly key: VerifierKey;
  readonly url: string | undefined;
}

export interface WitnessPolicy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  /** Whether cosignatures by these witnesses are enough. */
  isQuorum(cosigned: ReadonlySet<PolicyWitness>): boolean;
}

/** With the line it is about. */
export class WitnessPolicyError extends Error {
  override readonly name = 'WitnessPolicyError';
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

type Rule = (cosigned: ReadonlySet<PolicyWitness>) => boolean;

const maxLines = 1000;
// eslint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0008\u000b-\u001f\u007f]/;

export function parseWitnessPolicy(text: string): WitnessPolicy {
  return new PolicyReader().read(text);
}

class PolicyReader {
  private readonly logs: PolicyLog[] = [];
  private readonly witnesses: PolicyWitness[] = [];
  private readonly rules = new Map<string, Rule>();
  private readonly members = new Set<string>();
  private quorum: Rule | undefined;
  private line = 0;

  read(text: string): WitnessPolicy {
    const lines = text.split('\n');
    if (lines.length > maxLines) throw this.wrong(`a policy has at most ${maxLines} lines`);
    for (const line of lines) {
      this.line++;
      if (forbidden.test(line)) throw this.wrong('a control character');
      // Whitespace is space and tab, nothing else: names may hold any other character.
      const items = line.split(/[ \t]+/).filter((item) => item !== '');
      if (items.length > 0 && items[0]?.startsWith('#') !== true) this.readLine(items);
    }
    const isQuorum = this.quorum;
    if (isQuorum === undefined) throw this.wrong('there is no quorum line');
    return { logs: this.logs, witnesses: this.witnesses, isQuorum };
  }

  private readLine([keyword, ...items]: readonly string[]): void {
    switch (keyword) {
      case 'log':
        return this.readLog(items);
      case 'witness':
        return this.readWitness(items);
      case 'group':
        return this.readGroup(items);
      case 'quorum':
        return this.readQuorum(items);
      default:
        throw this.wrong('not a log, witness, group or quorum line');
    }
  }

  private readLog(items: readonly string[]): void {
    const [key = '', url] = items;
    if (items.length < 1 || items.length > 2) throw this.wrong('log <vkey> [<url>]');
    const log = { key: this.key(key, ['ed25519', 'ecdsa']), url };
    if (this.logs.some((other) => equal(other.key.key, log.key.key)))
      throw this.wrong('this log is there already');
    this.logs.push(log);
  }

  private readWitness(items: readonly string[]): void {
    const [name = '', key = '', url] = items;
    if (items.length < 2 || items.length > 3) throw this.wrong('witness <name> <vkey> [<url>]');
    const witness = { name, key: this.key(key, ['cosignature']), url };
    if (this.witnesses.some((other) => equal(other.key.key, witness.key.key))) {
      throw this.wrong('this witness is there already');
    }
    this.define(name, (cosigned) => cosigned.has(witness));
    this.witnesses.push(witness);
  }

  private readGroup([name = '', threshold = '', ...members]: readonly string[]): void {
    if (members.length === 0) throw this.wrong('group <name> <k|any|all> <name>...');
    const given = /^[1-9]\d{0,3}$/.test(threshold) ? Number(threshold) : 0;
    const least = threshold === 'any' ? 1 : threshold === 'all' ? members.length : given;
    if (least < 1 || least > members.length)
      throw this.wrong(`a threshold is 1 to ${members.length}, any or all`);
    const rules = members.map((member) => {
      // "at most once": no witness may count twice towards a quorum.
      if (this.members.has(member)) throw this.wrong(`${member} is in a group already`);
      this.members.add(member);
      return this.defined(member);
    });
    this.define(name, (cosigned) => rules.filter((rule) => rule(cosigned)).length >= least);
  }

  private readQuorum(items: readonly string[]): void {
    const [name = ''] = items;
    if (items.length !== 1) throw this.wrong('quorum <name|none>');
    if (this.quorum !== undefined) throw this.wrong('a second quorum line');
    this.quorum = name === 'none' ? () => true : this.defined(name);
  }

  private define(name: string, rule: Rule): void {
    if (name === 'none' || this.rules.has(name)) throw this.wrong(`the name ${name} is taken`);
    this.rules.set(name, rule);
  }

  private defined(name: string): Rule {
    const rule = this.rules.get(name);
    if (rule === undefined) throw this.wrong(`${name} is not defined on a line before`);
    return rule;
  }

  private key(text: string, types: readonly VerifierKey['type'][]): VerifierKey {
    try {
      const key = parseVerifierKey(text);
      if (types.includes(key.type)) return key;
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      throw this.wrong(error.message);
    }
    throw this.wrong('a key of the wrong type for this line');
  }

  private wrong(reason: string): WitnessPolicyError {
    return new WitnessPolicyError(this.line, reason);
  }
}
