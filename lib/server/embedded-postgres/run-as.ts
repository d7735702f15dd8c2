/** PostgreSQL refuses to run as root: who its programs run as instead, and how they are started as that user. */
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync } from 'node:fs';
import { EmbeddedPostgresError } from './error.ts';

/** How to start PostgreSQL's programs: as ourselves, or, PostgreSQL refusing root, as an unprivileged user. */
export interface RunAs {
  /** A program that changes the user before it starts PostgreSQL's; empty when spawn's own uid and gid do. */
  readonly prefix: readonly string[];
  /** Who must own the cluster; undefined when that is ourselves. */
  readonly owner?: { uid: number; gid: number };
}

export function prepareFolder(folder: string, initdb: string): RunAs {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.getuid?.() !== 0) return { prefix: [] };
  const user = findUser('postgres') ?? findUser('nobody');
  if (user === undefined) {
    throw new EmbeddedPostgresError(
      'PostgreSQL does not run as root and there is no user `postgres` or `nobody`.',
    );
  }
  chownSync(folder, user.uid, user.gid);
  const reach = 'test -x "$1" && test -w "$2"';
  if (spawnSync('/bin/sh', ['-c', reach, 'sh', initdb, folder], user).status === 0)
    return { prefix: [], owner: user };
  // A private folder such as /root is above us: keep the one capability that passes it, and drop the rest of root.
  const ids = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  const prefix = ['setpriv', ...ids, '--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override'];
  if (spawnSync(prefix[0] ?? '', [...prefix.slice(1), initdb, '--version']).status === 0)
    return { prefix, owner: user };
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and the user it would run as cannot reach ${folder}: use another DATA_DIR, another user, or DATABASE_URL.`,
  );
}

function findUser(name: string): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((row) => row.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

/** The words of a command line that starts `program` as the right user; spawn it with `spawnIds`. */
export function command(program: string, args: readonly string[], runAs: RunAs): [string, string[]] {
  const [first, ...rest] = [...runAs.prefix, program, ...args];
  return [first ?? program, rest];
}

export function spawnIds(runAs: RunAs): { uid?: number; gid?: number } {
  return runAs.prefix.length === 0 ? { ...runAs.owner } : {};
}
