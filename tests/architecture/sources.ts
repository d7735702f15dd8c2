/** The project's own source files with what they import, read as text: enough for rules about the shape of the tree. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** From the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Paths of files in this project that it imports at run time (types do not count). */
  readonly imports: readonly string[];
  /** Everything else it imports at run time: packages and node: built-ins. */
  readonly packages: readonly string[];
}

export function readSources(): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  return listed
    .toString()
    .split('\n')
    .filter((path) => /\.(ts|tsx|mts|mjs|js)$/.test(path) && !path.startsWith('prisma/client/'))
    .filter((path) => existsSync(join(root, path)))
    .map((path) => describe(path, readText(path)));
}

/** The statements of prisma/sql by their names. */
export function readSql(): Map<string, string> {
  const files = readdirSync(join(root, 'prisma/sql')).filter((file) => file.endsWith('.sql'));
  return new Map(files.map((file) => [file.slice(0, -'.sql'.length), readText(`prisma/sql/${file}`)]));
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export function describe(path: string, text: string): SourceFile {
  const specifiers = runtimeSpecifiers(text);
  const resolved = specifiers.map((specifier) => resolve(path, specifier));
  return {
    path,
    text,
    imports: resolved.filter((found) => found !== undefined),
    packages: specifiers.filter((_, at) => resolved[at] === undefined),
  };
}

function runtimeSpecifiers(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const statements = code.matchAll(/^\s*(import|export)\s+(?!type\s)([^'"`;]*?from\s+)?['"]([^'"]+)['"]/gm);
  const dynamic = code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g);
  const fromStatements = [...statements]
    .filter((match) => !onlyTypes(match[2] ?? ''))
    .map((match) => match[3] ?? '');
  return [...fromStatements, ...[...dynamic].map((match) => match[1] ?? '')];
}

/** `import { type A, type B } from` brings nothing at run time. */
function onlyTypes(clause: string): boolean {
  const names = /^\{([\s\S]*)\}/.exec(clause.trim())?.[1];
  if (names === undefined) return false;
  return names.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type '));
}

function resolve(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('#crypto/')) return `lib/crypto/browser/${specifier.slice('#crypto/'.length)}`;
  if (specifier.startsWith('#')) return specifier.slice(1);
  return specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : undefined;
}
