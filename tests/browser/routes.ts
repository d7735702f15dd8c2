/** Every address of the web process, read from the app tree: a page or route that is new is among them by itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = fileURLToPath(new URL('../../app', import.meta.url));

export interface Route {
  /** With names of segments in brackets: /team/[id]. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly source: string;
}

export function readRoutes(): Route[] {
  const files = readdirSync(app, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /(?:^|\/)(?:page\.tsx|route\.ts)$/.test(file));
  return files.flatMap((file) => {
    const source = readFileSync(join(app, file), 'utf8');
    const folder = `/${file.replace(/\/?(?:page\.tsx|route\.ts)$/, '')}`;
    if (file.endsWith('page.tsx')) return [{ path: folder, method: 'GET', source } as const];
    // A page and what pressing its button does share one address (app/serve.ts).
    const path = folder.startsWith('/api/') ? folder : folder.replace(/\/press$/, '');
    return [...source.matchAll(/export (?:async )?function (GET|POST|PUT|PATCH|DELETE)\b/g)].map(
      ([, method]) => ({
        path,
        method: method as Route['method'],
        source,
      }),
    );
  });
}

export interface Action {
  readonly fields: Readonly<Record<string, string>>;
}

/** What the forms of a press may hold, filled in with `values` by name; one for each act it names. */
export function actionsOf({ source }: Route, values: Readonly<Record<string, string>>): Action[] {
  const forms = [...source.matchAll(/z\.strictObject\(\{([^}]*)\}\)/g)].map(([, text]) => text ?? '');
  if (forms.length === 0) return [{ fields: {} }];
  return forms.flatMap((text) => {
    const rest = [...text.matchAll(/(\w+):\s*(z\.[^,]*|\w+)/g)]
      .map(([, name = '', type = '']) => [name, type] as const)
      .filter(([name, type]) => name !== 'act' && !type.includes('optional'));
    const fields = Object.fromEntries(rest.map(([name, type]) => [name, valueFor(name, type, values)]));
    const acts = actsIn(text);
    return acts.length === 0 ? [{ fields }] : acts.map((act) => ({ fields: { act, ...fields } }));
  });
}

function actsIn(text: string): string[] {
  const one = /\bact:\s*z\.literal\('([^']+)'\)/.exec(text)?.[1];
  const several = /\bact:\s*z\.enum\(\[([^\]]*)\]\)/.exec(text)?.[1] ?? '';
  return one === undefined ? [...several.matchAll(/'([^']+)'/g)].map(([, act = '']) => act) : [one];
}

function valueFor(name: string, type: string, values: Readonly<Record<string, string>>): string {
  const literal = /z\.literal\('([^']*)'\)/.exec(type)?.[1];
  return literal ?? values[name] ?? 'x';
}
