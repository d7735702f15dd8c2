/** The house rules that a machine can check. Each takes the sources and returns the sentences that say what is wrong. */
import type { SourceFile } from './sources.ts';

export type Rule = (sources: readonly SourceFile[]) => string[];

const isTest = (path: string) => /\.test\.tsx?$/.test(path) || /^(tests|bench)\//.test(path);
const room = (path: string) => path.split('/')[0] ?? '';
const shipped = (sources: readonly SourceFile[]) => sources.filter(({ path }) => !isTest(path));

/** lib <- ca, log <- workers, app; nothing imports a sibling authority, the pages or the workers. */
export const importsPointOneWay: Rule = (sources) => {
  const allowed: Record<string, readonly string[]> = {
    lib: ['lib', 'prisma'],
    ca: ['ca', 'lib'],
    log: ['log', 'lib'],
    workers: ['workers', 'lib'],
    app: ['app', 'lib'],
  };
  return shipped(sources).flatMap(({ path, imports }) => {
    const may = allowed[room(path)];
    if (may === undefined) return [];
    return imports
      .filter((target) => !may.includes(room(target)))
      .map((target) => `${path} imports ${target}`);
  });
};

/** Formats and mathematics take bytes and give values: no world, no clock, no chance. */
export const coreIsPure: Rule = (sources) => {
  const world = /\b(fetch\(|Date\.now\(|new Date\(\)|Math\.random\(|Buffer\b|process\.|setTimeout\()/;
  return shipped(sources)
    .filter(({ path }) => path.startsWith('lib/') && !/^lib\/(server|cli|crypto\/node)\//.test(path))
    .flatMap(({ path, text, packages, imports }) => [
      ...packages.filter((name) => name.startsWith('node:')).map((name) => `${path} imports ${name}`),
      ...imports
        .filter((target) => /^lib\/(server|cli)\//.test(target))
        .map((target) => `${path} imports ${target}`),
      ...text
        .split('\n')
        .map((line) => line.replace(/\/\/.*|\/?\*.*/, ''))
        // A reader that is passed in may be called fetch.
        .map((line) => (/\bfetch\??: /.test(text) ? line.replaceAll('fetch(', '') : line))
        .filter((line) => world.test(line))
        .map((line) => `${path} touches the world: ${line.trim()}`),
    ]);
};

/** What a browser runs (files marked 'use client', and lib/verify) reaches neither lib/server nor a Node built-in. */
export const browserCodeStaysInTheBrowser: Rule = (sources) => {
  const files = new Map(sources.map((file) => [file.path, file]));
  const starts = shipped(sources).filter(
    ({ path, text }) => /^['"]use client['"]/.test(text) || path.startsWith('lib/verify/'),
  );
  return starts.flatMap((start) => {
    const seen = new Set<string>();
    const wrong: string[] = [];
    const visit = (path: string) => {
      if (seen.has(path)) return;
      seen.add(path);
      const file = files.get(path);
      if (path.startsWith('lib/server/')) wrong.push(`${start.path} reaches ${path}`);
      for (const name of file?.packages ?? []) {
        if (name.startsWith('node:')) wrong.push(`${start.path} reaches ${name} through ${path}`);
      }
      for (const target of file?.imports ?? []) visit(target);
    };
    visit(start.path);
    return wrong;
  });
};

/** Two files that need each other at run time are one file in two halves, and load in an order that nobody chose. */
export const noCircles: Rule = (sources) => {
  const files = new Map(sources.map((file) => [file.path, file.imports]));
  const done = new Set<string>();
  const visit = (path: string, above: readonly string[]): string[] => {
    const from = above.indexOf(path);
    if (from >= 0) return [[...above.slice(from), path].join(' -> ')];
    if (done.has(path)) return [];
    const found = (files.get(path) ?? []).flatMap((target) => visit(target, [...above, path]));
    done.add(path);
    return found;
  };
  return sources.flatMap(({ path }) => visit(path, []));
};

/** A file that only passes on what others define hides where things are. */
export const noBarrels: Rule = (sources) =>
  shipped(sources)
    .filter(({ text }) => /^export\s+(\*|\{[^}]*\})\s+from\s/m.test(text))
    .map(({ path }) => `${path} re-exports from another file`);

export const filesStayReadable: Rule = (sources) =>
  sources
    .map(({ path, text }) => ({ path, lines: text.split('\n').length }))
    .filter(({ lines }) => lines > 400)
    .map(({ path, lines }) => `${path} has ${lines} lines`);

export const pathsNameDomainThings: Rule = (sources) =>
  sources
    .filter(({ path }) =>
      /(^|\/)(utils?|helpers?|common|misc|shared|core|manager|service|stuff)(\/|\.)/i.test(path),
    )
    .map(({ path }) => `${path} is named for no thing of the domain`);

export const environmentIsReadInOnePlace: Rule = (sources) =>
  shipped(sources)
    .filter(
      ({ path, text }) =>
        path !== 'lib/server/config.ts' && path !== 'prisma/generate.mjs' && text.includes('process.env'),
    )
    .map(({ path }) => `${path} reads process.env`);

/** The prefix of a table names the room that writes it (prisma/schema.prisma); everyone may read. */
export const tablesHaveOneWriter: Rule = (sources) => {
  const writers: Record<string, RegExp> = {
    ca: /^ca\//,
    log: /^log\//,
    monitor: /^workers\//,
    match: /^workers\//,
    alert: /^workers\//,
    account: /^app\//,
    mail: /^(lib\/server\/mail|workers)\//,
  };
  // What is owed to a channel is handed to the workers as mail is: a row that they deliver.
  const handedOver = (path: string, what: string) =>
    path.startsWith('app/') && what === 'INSERT INTO alert_delivery';
  // Whoever leaves, or changes their address, takes what is theirs out of every table.
  const ofOnePerson = /^app\/account\/(forget-person|hand-over)\.ts$/;
  return shipped(sources).flatMap(({ path, text }) =>
    [
      ...text.matchAll(
        /\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+(ca|log|monitor|match|alert|account|mail)_\w+/g,
      ),
    ]
      .filter((match) => !writers[match[1] ?? '']?.test(path))
      .filter((match) => !handedOver(path, match[0]) && !ofOnePerson.test(path))
      .map((match) => `${path} writes: ${match[0]}`),
  );
};

/** Statements live in stores and named files, never in pages, routes or components. */
export const pagesHoldNoSql: Rule = (sources) =>
  shipped(sources)
    .filter(
      ({ path, text }) =>
        /^app\/.*(page|route|layout)\.tsx?$|^app\/.*\.tsx$/.test(path) && /\bsql`/.test(text),
    )
    .map(({ path }) => `${path} holds SQL`);

/** `toMatchObject({ a: /b/ })` is true of every text: an expression has no keys of its own to compare. */
export const matchersCanFail: Rule = (sources) =>
  sources
    .filter(({ path }) => isTest(path) && !path.startsWith('tests/architecture'))
    .filter(({ text }) => /toMatchObject\((?:[^()]|\([^()]*\))*?:\s*\/[^/*\s]/.test(text))
    .map(({ path }) => `${path} matches a text against an expression by toMatchObject`);
