/** The operations of the OpenAPI document, in the order a reader wants them, with an example of each. */
import { sandboxIds, sandboxKey, sandboxNames } from '../front/sandbox-key.ts';

export interface Field {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly type: string;
  readonly words: string;
}

export interface Operation {
  readonly id: string;
  /** Under which it is listed. */
  readonly group: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly words: string;
  readonly needsKey: boolean;
  readonly fields: readonly Field[];
  readonly body: readonly Field[];
  readonly statuses: readonly string[];
}

interface Schema {
  readonly type?: unknown;
  readonly description?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Described {
  readonly summary: string;
  readonly tags?: readonly string[];
  readonly description?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: object }>> };
  readonly responses: object;
}

type Paths = Readonly<Record<string, object>>;

export function listOperations(paths: Paths): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Readonly<Record<string, Described>>).map(([method, described]) =>
      operation(method.toUpperCase(), path, described),
    ),
  );
}

function operation(method: string, path: string, described: Described): Operation {
  const schema = described.requestBody?.content['application/json']?.schema as Schema | undefined;
  return {
    id: `${method.toLowerCase()}-${path.replace(/^\/api\/v1\//, '').replaceAll(/[^a-z]+/g, '-')}`.replace(
      /-$/,
      '',
    ),
    group: described.tags?.[0] ?? '',
    method,
    path,
    summary: described.summary,
    words: described.description ?? '',
    needsKey: (described.security ?? []).length > 0,
    fields: (described.parameters ?? []).map((parameter) => ({
      ...fieldOf(parameter.name, parameter.schema),
      in: parameter.in,
      required: parameter.required,
    })),
    body: Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
      ...fieldOf(name, property),
      required: schema?.required?.includes(name) ?? false,
    })),
    statuses: Object.keys(described.responses),
  };
}

function fieldOf(name: string, { type, description }: Schema): Field {
  const typed = typeof type === 'string' ? type : 'text';
  return {
    name,
    in: 'body',
    required: false,
    type: typed === 'string' ? 'text' : typed,
    words: typeof description === 'string' ? description : '',
  };
}

const examples: Readonly<Record<string, string>> = {
  identity: sandboxNames.unexpected,
  log: 'sandbox',
  index: '3',
  prefix: '0a1b2',
  first: 'sandbox/2',
  second: 'sandbox/3',
  hash: '3'.repeat(64),
  kind: 'email',
  value: sandboxNames.unexpected,
  origin: '0'.repeat(64),
  channel: sandboxIds.channel,
  rule: sandboxIds.other,
  delivery: sandboxIds.other,
  user: sandboxIds.other,
  act: 'mine',
};

const ids: readonly (readonly [begins: string, id: string])[] = [
  ['/api/v1/alerts/', sandboxIds.alert],
  ['/api/v1/watches/', sandboxIds.watch],
  ['/api/v1/ownership/', sandboxIds.proof],
];

/** An id is of what its address begins with. */
function exampleNamed(path: string, name: string): string {
  if (name === 'act' && path.includes('/channels/')) return 'test';
  if (name !== 'id') return examples[name] ?? '';
  return ids.find(([begins]) => path.startsWith(begins))?.[1] ?? sandboxIds.other;
}

/** What is tried when nothing else is typed. */
export function exampleOf({ path }: Pick<Operation, 'path'>, { name, required, in: place }: Field): string {
  return required || name === 'identity' || place === 'path' ? exampleNamed(path, name) : '';
}

export function exampleUrl(operation: Operation, webUrl: string): string {
  const { path, fields } = operation;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => exampleNamed(path, name));
  const query = new URLSearchParams(
    fields
      .filter((field) => field.in === 'query' && exampleOf(operation, field) !== '')
      .map((field) => [field.name, exampleOf(operation, field)]),
  ).toString();
  return `${webUrl}${filled}${query === '' ? '' : `?${query}`}`;
}

/** The sandbox only reads: what changes something is shown with a key of one's own. */
function keyOf({ method }: Operation): string {
  return method === 'GET' ? sandboxKey : 'swk_…';
}

export function snippets(
  operation: Operation,
  webUrl: string,
): readonly (readonly [language: string, lines: readonly string[]])[] {
  const { method } = operation;
  const url = exampleUrl(operation, webUrl);
  const key = `Bearer ${keyOf(operation)}`;
  const body = operation.body.some(({ required }) => required) ? bodyOf(operation) : undefined;
  const goBody = body === undefined ? 'nil' : `strings.NewReader(\`${body}\`)`;
  return [
    [
      'curl',
      [
        `curl -H 'Authorization: ${key}' \\`,
        ...(body === undefined ? [] : [`  --json '${body}' \\`]),
        `  ${['GET', ...(body === undefined ? [] : ['POST'])].includes(method) ? '' : `-X ${method} `}'${url}'`,
      ],
    ],
    [
      'JavaScript',
      [
        `const answer = await fetch('${url}', {`,
        ...(method === 'GET' ? [] : [`  method: '${method}',`]),
        `  headers: { authorization: '${key}'${body === undefined ? '' : ", 'content-type': 'application/json'"} },`,
        ...(body === undefined ? [] : [`  body: '${body}',`]),
        '});',
        'console.log(await answer.json());',
      ],
    ],
    [
      'Python',
      [
        'import json, urllib.request',
        `request = urllib.request.Request('${url}', method='${method}',`,
        ...(body === undefined ? [] : [`    data=b'${body}',`]),
        `    headers={'Authorization': '${key}'${body === undefined ? '' : ", 'Content-Type': 'application/json'"}})`,
        'print(json.load(urllib.request.urlopen(request)))',
      ],
    ],
    [
      'Go',
      [
        `request, _ := http.NewRequest("${method}", "${url}", ${goBody})`,
        `request.Header.Set("Authorization", "${key}")`,
        ...(body === undefined ? [] : ['request.Header.Set("Content-Type", "application/json")']),
        'answer, err := http.DefaultClient.Do(request)',
      ],
    ],
  ];
}

/** What must be said, with a word in the place of each value. */
function bodyOf({ body }: Operation): string {
  const said = body
    .filter(({ required }) => required)
    .map(({ name }) => [name, examples[name] ?? `<${name}>`]);
  return JSON.stringify(Object.fromEntries(said));
}
