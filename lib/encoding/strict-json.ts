/**
 * JSON in which no object names a member twice, nor one by a name that means the object itself. RFC 8259 §4 leaves open
 * which of two counts, so two readers may read two things out of one text: for what is signed or logged that is one too
 * many. And no format read here has a member that a careless copy would make the prototype of its copy.
 */

const namesOfNoMember: ReadonlySet<string> = new Set(['__proto__', 'constructor']);

/** JSON that two readers may read as two things; the message says by which name. */
export class AmbiguousJsonError extends SyntaxError {}

/** Throws SyntaxError, of the class above where the text is JSON. */
export function parseStrictJson(json: string): unknown {
  const value = JSON.parse(json) as unknown;
  const name = wrongName(json);
  if (name !== undefined) throw new AmbiguousJsonError(`${name} stands there twice or names no member`);
  return value;
}

/** `json` is known to be JSON: strings end, and a string in front of a colon is a name. */
function wrongName(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '{' || character === '[') open.push(new Set());
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const start = at;
      at = endOfString(json, at);
      if (!isName(json, at)) continue;
      const written = json.slice(start, at + 1);
      const name = written.includes('\\') ? (JSON.parse(written) as string) : written.slice(1, -1);
      const names = open.at(-1);
      if (names?.has(name) === true || namesOfNoMember.has(name)) return name.slice(0, 64);
      names?.add(name);
    }
  }
  return undefined;
}

/** Where the string that begins here has its closing quotation mark. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0 || end < 0) return end < 0 ? json.length : end;
  }
}

function isName(json: string, end: number): boolean {
  let at = end + 1;
  while (/[ \t\r\n]/.test(json[at] ?? '')) at++;
  return json[at] === ':';
}
