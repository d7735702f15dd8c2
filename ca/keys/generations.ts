/**
 * The authorities of this instance over time, for certificates and for timestamps. The first lies in the key set itself;
 * each later one is a folder `keys/ca/generations/<name>` or `keys/ca/timestamp-generations/<name>` with its key, its chain, and the moment from which it issues. Until that moment it is only
 * announced: clients that refresh their trust once a day know it before they meet its first certificate. However near
 * the moment is, none issues before the TUF repository names it: a file in its folder says that it still waits for that.
 * Which one issues follows from the clock and the files alone, so no crash can leave two answers.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { keyFolder, type Config } from '#lib/server/config.ts';
import { removeDurably, writeDurably } from '#lib/server/durable-file.ts';
import { openCodeSigningAuthority, openTimestampAuthority, type Authority } from './authority.ts';
import { KeyError } from './signer.ts';

/** What there are generations of. */
export interface GenerationKind {
  /** Below `keys/ca`. */
  readonly folder: string;
  readonly keyFile: string;
  readonly chainFile: string;
  open(config: Config, folder: string): Authority;
  /** The company's own chain by file takes the place of all generations. */
  isReplaced(config: Config): boolean;
}

export const intermediates: GenerationKind = {
  folder: 'generations',
  keyFile: 'intermediate.key.pem',
  chainFile: 'chain.pem',
  open: openCodeSigningAuthority,
  isReplaced: ({ caChainFile }) => caChainFile !== undefined,
};

export const timestampers: GenerationKind = {
  folder: 'timestamp-generations',
  keyFile: 'tsa.key.pem',
  chainFile: 'tsa-chain.pem',
  open: openTimestampAuthority,
  isReplaced: () => false,
};

interface Generation {
  /** Its folder. */
  readonly at: string;
  readonly useFrom: Date;
  readonly authority: Authority;
}

const waitingFile = 'awaits-publication';

export interface IssuingAuthorities {
  /** Signs now. */
  readonly inUse: Authority;
  /** Will sign later; trusted already. */
  readonly announced: readonly Authority[];
}

export class AuthorityGenerations {
  private readonly config: Config;
  private readonly kind: GenerationKind;
  private readonly folder: string;
  private readonly first: Authority;
  private readonly opened = new Map<string, Generation>();

  constructor(config: Config, keySetFolder: string, kind: GenerationKind) {
    this.config = config;
    this.kind = kind;
    this.folder = generationsFolder(config, kind);
    this.first = kind.open(config, keySetFolder);
  }

  at(now: Date): IssuingAuthorities {
    const all = this.read();
    const begun = all.findLastIndex((each) => each.useFrom <= now && !isWaiting(each));
    return {
      inUse: all[begun]?.authority ?? this.first,
      announced: all.slice(begun + 1).map(({ authority }) => authority),
    };
  }

  /** Clients can learn of these from now on. */
  published(isListed: (authority: Authority) => boolean): void {
    for (const each of this.read()) {
      if (isWaiting(each) && isListed(each.authority)) removeDurably(join(each.at, waitingFile));
    }
  }

  /** Oldest first. */
  private read(): Generation[] {
    if (this.kind.isReplaced(this.config) || !existsSync(this.folder)) return [];
    const names = readdirSync(this.folder).filter((name) => /^[0-9a-f]{8,}$/.test(name));
    return names.map((name) => this.open(name)).sort((a, b) => a.useFrom.getTime() - b.useFrom.getTime());
  }

  private open(name: string): Generation {
    const known = this.opened.get(name);
    if (known !== undefined) return known;
    const folder = join(this.folder, name);
    const useFrom = new Date(readFileSync(join(folder, 'use-from'), 'utf8').trim());
    if (Number.isNaN(useFrom.getTime())) {
      throw new KeyError('unreadable', `${folder}/use-from must hold a time like 2027-01-31T00:00:00Z.`);
    }
    const generation = { at: folder, useFrom, authority: this.kind.open(this.config, folder) };
    this.opened.set(name, generation);
    return generation;
  }
}

export interface NewGeneration {
  /** Start of the key identifier: one folder a key. */
  readonly name: string;
  /** PEM, sealed or plain. */
  readonly key: string;
  /** PEM, issuing certificate first and root last. */
  readonly chain: string;
  readonly useFrom: Date;
}

/** Written whole beside its place and renamed there; the running service finds it within a minute. */
export function addGeneration(config: Config, kind: GenerationKind, added: NewGeneration): string {
  const folder = join(generationsFolder(config, kind), added.name);
  if (existsSync(folder))
    throw new KeyError('unfit-key', `${folder} is there already: this key has a chain.`);
  const beside = join(generationsFolder(config, kind), `new-${process.pid}`);
  mkdirSync(beside, { recursive: true, mode: 0o700 });
  writeDurably(join(beside, kind.keyFile), added.key, { mode: 0o600 });
  writeDurably(join(beside, kind.chainFile), added.chain);
  writeDurably(join(beside, 'use-from'), `${added.useFrom.toISOString()}\n`);
  writeDurably(join(beside, waitingFile), '');
  renameSync(beside, folder);
  return folder;
}

function isWaiting({ at }: Generation): boolean {
  return existsSync(join(at, waitingFile));
}

function generationsFolder(config: Config, { folder }: GenerationKind): string {
  return join(keyFolder(config, 'ca'), folder);
}
