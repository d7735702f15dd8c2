/** JSON that says a thing twice: RFC 8259 §4 leaves open which of them counts, so two readers may see two documents. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],]/gs;

/** For text that JSON.parse has taken. */
export function hasRepeatedMembers(json: string): boolean {
  /** The names so far of each object we are in; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let isName = false;
  for (const [token] of json.matchAll(tokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ',' && isName) {
      const name = JSON.parse(token) as string;
      if (open.at(-1)?.has(name) === true) return true;
      open.at(-1)?.add(name);
    }
    isName = (token === '{' || token === ',') && open.at(-1) !== undefined;
  }
  return false;
}
