/**
 * The keys of the four roles, each a file `<role>-<start of key id>.key.pem` in DATA_DIR/keys/ca/tuf. Every key in the
 * folder signs for its role; which of them count, the root metadata says. So a key is brought in by putting its file
 * there, and taken offline by copying the file to a safe place and removing it here.
 */
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Key, Signature } from '@tufjs/models';
import { toPem } from '#lib/encoding/pem.ts';
import { publicKeyOf, writeKeyFile } from '#lib/server/key-file.ts';
import { readAuthorityKey } from '../../keys/key-file.ts';

export const roles = ['root', 'targets', 'snapshot', 'timestamp'] as const;
export type Role = (typeof roles)[number];

/** Root and targets sign seldom and may be offline; the other two sign every day and may not. */
export const onlineRoles: readonly Role[] = ['snapshot', 'timestamp'];

export interface RoleKey {
  readonly role: Role;
  readonly file: string;
  readonly key: Key;
  sign(canonical: Uint8Array): Signature;
}

const fileName = /^(root|targets|snapshot|timestamp)-[0-9a-f]{8}\.key\.pem$/;

/** Opens each file once for as long as it does not change: a sealed key costs 50 ms of work to open. */
export class RoleKeyFolder {
  readonly folder: string;
  private readonly passphrase: string | undefined;
  private readonly opened = new Map<string, { mtimeMs: number; key: RoleKey }>();

  constructor(folder: string, passphrase: string | undefined) {
    this.folder = folder;
    this.passphrase = passphrase;
  }

  /** What is in the folder now. */
  all(): RoleKey[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .sort()
      .flatMap((name) => {
        const role = roles.find((candidate) => candidate === fileName.exec(name)?.[1]);
        return role === undefined ? [] : [this.open(role, join(this.folder, name))];
      });
  }

  make(role: Role): RoleKey {
    return makeRoleKey(this.folder, role, this.passphrase);
  }

  /** A key that lies anywhere, by its file's name. */
  static openFile(file: string, passphrase: string | undefined): RoleKey | undefined {
    const role = roles.find((candidate) => candidate === fileName.exec(basename(file))?.[1]);
    return role && roleKey(role, file, readAuthorityKey(file, passphrase));
  }

  private open(role: Role, file: string): RoleKey {
    const { mtimeMs } = statSync(file);
    const known = this.opened.get(file);
    if (known?.mtimeMs === mtimeMs) return known.key;
    const key = roleKey(role, file, readAuthorityKey(file, this.passphrase));
    this.opened.set(file, { mtimeMs, key });
    return key;
  }
}

function makeRoleKey(folder: string, role: Role, passphrase: string | undefined): RoleKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { keyID } = tufKey(privateKey);
  const file = join(folder, `${role}-${keyID.slice(0, 8)}.key.pem`);
  writeKeyFile(file, privateKey, passphrase);
  return roleKey(role, file, privateKey);
}

function roleKey(role: Role, file: string, privateKey: KeyObject): RoleKey {
  const key = tufKey(privateKey);
  return {
    role,
    file,
    key,
    sign: (canonical) =>
      new Signature({ keyID: key.keyID, sig: sign('sha256', canonical, privateKey).toString('hex') }),
  };
}

function tufKey(privateKey: KeyObject): Key {
  const pem = toPem('PUBLIC KEY', publicKeyOf(privateKey));
  return new Key({
    keyID: keyId(pem),
    keyType: 'ecdsa',
    scheme: 'ecdsa-sha2-nistp256',
    keyVal: { public: pem },
  });
}

/** TUF §4.2: SHA-256 of the key in canonical JSON; PEM holds nothing that this form escapes. */
function keyId(pem: string): string {
  const canonical = `{"keytype":"ecdsa","keyval":{"public":"${pem}"},"scheme":"ecdsa-sha2-nistp256"}`;
  return createHash('sha256').update(canonical).digest('hex');
}
