/**
 * The RS256 keys that sign ID tokens, over time: files in `keys/ca/oidc-signing-keys`, named for the moment each began.
 * The newest signs. One that was followed stays published for a day, so that tokens made with it and whoever remembers
 * the key set agree; then its file is removed. `oidc-signing-key.pem` beside the folder is the first key of older
 * installations.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'oidc-provider';
import { writeKeyFile } from '#lib/server/key-file.ts';
import { readAuthorityKey } from '../../keys/key-file.ts';
import { KeyError } from '../../keys/signer.ts';

const modulusBits = 2048;
const dayMs = 86_400_000;
const longestUseMs = 90 * dayMs;
const fileName = /^([0-9]{13})\.key\.pem$/;

interface KeyFile {
  readonly file: string;
  readonly since: number;
}

export class SigningKeys {
  private readonly keyFolder: string;
  private readonly folder: string;
  private readonly passphrase: string | undefined;
  private readonly now: () => number;
  private readonly opened = new Map<string, JWK>();

  constructor(keyFolder: string, passphrase: string | undefined, now: () => number = Date.now) {
    this.keyFolder = keyFolder;
    this.folder = join(keyFolder, 'oidc-signing-keys');
    this.passphrase = passphrase;
    this.now = now;
  }

  /** What is published now, the key that signs first. Made when there is none, followed when it is old. */
  current(): JWK[] {
    const [newest] = this.files();
    if (newest === undefined || this.now() - newest.since > longestUseMs) this.rotate();
    const files = this.files();
    const isEnded = (at: number): boolean => this.now() - (files[at - 1]?.since ?? Infinity) > dayMs;
    for (const [at, { file }] of files.entries()) if (isEnded(at)) rmSync(file, { force: true });
    return files.filter((_, at) => !isEnded(at)).map(({ file }) => this.open(file));
  }

  /** `compromised`: what the keys before it signed is believed no more, from now on. */
  rotate(compromised = false): void {
    const before = this.files();
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    // Later than the newest, even when that was made by a clock ahead of ours.
    const since = Math.max(this.now(), (before[0]?.since ?? 0) + 1);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: modulusBits });
    writeKeyFile(join(this.folder, `${since}.key.pem`), privateKey, this.passphrase);
    if (compromised) for (const { file } of before) rmSync(file, { force: true });
  }

  /** Newest first. */
  private files(): KeyFile[] {
    const first = join(this.keyFolder, 'oidc-signing-key.pem');
    const names = existsSync(this.folder) ? readdirSync(this.folder) : [];
    const later = names.flatMap((name) => {
      const [, since] = fileName.exec(name) ?? [];
      return since === undefined ? [] : [{ file: join(this.folder, name), since: Number(since) }];
    });
    const all = existsSync(first) ? [...later, { file: first, since: statSync(first).mtimeMs }] : later;
    return all.sort((a, b) => b.since - a.since);
  }

  private open(file: string): JWK {
    const known = this.opened.get(file);
    if (known !== undefined) return known;
    const key = fit(file, readAuthorityKey(file, this.passphrase));
    // cosign tells a token from a file name by parsing it as RS256.
    const jwk = { ...key.export({ format: 'jwk' }), kty: 'RSA', alg: 'RS256', use: 'sig' } as JWK;
    this.opened.set(file, jwk);
    return jwk;
  }
}

function fit(file: string, key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= modulusBits)
    return key;
  throw new KeyError('unfit-key', `${file} must be an RSA key of at least ${modulusBits} bits.`);
}
