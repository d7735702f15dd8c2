/**
 * The few template forms CI metadata uses: `{{ .claim }}`, `{{ index . "claim/with.dots" }}` and
 * `{{ if eq .claim "value" }}..{{ else }}..{{ end }}`; text without braces is the name of a claim. Parsed once at start
 * into a tree, so that nothing in a token can be taken for a template.
 */

export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

export type Template = readonly Part[];
type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'claim'; readonly name: string }
  | {
      readonly kind: 'if';
      readonly name: string;
      readonly value: string;
      readonly whenEqual: Template;
      readonly otherwise: Template;
    };

export type TemplateValues = ReadonlyMap<string, string>;

export function parseTemplate(source: string): Template {
  if (!source.includes('{{')) return [{ kind: 'claim', name: source }];
  const tokens = source.split(/(\{\{.*?\}\})/s).filter((token) => token !== '');
  const { parts, rest } = parseParts(tokens, 0);
  if (rest !== tokens.length) throw new TemplateError(`${tokens[rest]} has no beginning`);
  return parts;
}

/** Undefined when a claim it needs is not there. */
export function renderTemplate(template: Template, values: TemplateValues): string | undefined {
  let text = '';
  for (const part of template) {
    const rendered = renderPart(part, values);
    if (rendered === undefined) return undefined;
    text += rendered;
  }
  return text;
}

function renderPart(part: Part, values: TemplateValues): string | undefined {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'claim':
      return values.get(part.name);
    case 'if':
      return renderTemplate(
        (values.get(part.name) ?? '') === part.value ? part.whenEqual : part.otherwise,
        values,
      );
  }
}

const claimForm = /^\.([A-Za-z_][A-Za-z0-9_]*)$|^\(?index \. "([^"]+)"\)?$/;
const ifForm = /^if eq (\.[A-Za-z_][A-Za-z0-9_]*|\(index \. "[^"]+"\)) "([^"]*)"$/;

function parseParts(tokens: readonly string[], from: number): { parts: Part[]; rest: number } {
  const parts: Part[] = [];
  let at = from;
  for (let token = tokens[at]; token !== undefined; token = tokens[at]) {
    const action = token.startsWith('{{') ? token.slice(2, -2).replaceAll(/^-|-$/g, '').trim() : undefined;
    if (action === 'end' || action === 'else') break;
    const condition = action === undefined ? null : ifForm.exec(action);
    if (action === undefined) {
      parts.push({ kind: 'text', text: token });
      at += 1;
    } else if (condition !== null) {
      const parsed = parseIf(
        tokens,
        at,
        claimName((condition[1] ?? '').replace(/^\((.*)\)$/, '$1')),
        condition[2] ?? '',
      );
      parts.push(parsed.part);
      at = parsed.rest;
    } else {
      parts.push({ kind: 'claim', name: claimName(action) });
      at += 1;
    }
  }
  return { parts, rest: at };
}

function parseIf(
  tokens: readonly string[],
  at: number,
  name: string,
  value: string,
): { part: Part; rest: number } {
  const whenEqual = parseParts(tokens, at + 1);
  const hasElse = /^\{\{-?\s*else\s*-?\}\}$/.test(tokens[whenEqual.rest] ?? '');
  const otherwise = hasElse ? parseParts(tokens, whenEqual.rest + 1) : { parts: [], rest: whenEqual.rest };
  if (!/^\{\{-?\s*end\s*-?\}\}$/.test(tokens[otherwise.rest] ?? ''))
    throw new TemplateError('an if has no end');
  return {
    part: { kind: 'if', name, value, whenEqual: whenEqual.parts, otherwise: otherwise.parts },
    rest: otherwise.rest + 1,
  };
}

function claimName(form: string): string {
  const match = claimForm.exec(form);
  const name = match?.[1] ?? match?.[2];
  if (name === undefined) throw new TemplateError(`{{ ${form} }} is not a form we know`);
  return name;
}
