/**
 * The components of our pages in a browser, without React: put in its place when scripts are built (lib/cli/start/build.ts).
 * A component of a page is a function from properties to markup and nothing more, so making elements is all there is to do.
 * Texts become text nodes; no property here can become script.
 */
type Child = Node | string | number | bigint | boolean | null | undefined | readonly Child[];
type Properties = Readonly<Record<string, unknown>> & { readonly children?: Child };
type Component = (properties: Properties) => Child;

const svgNames = new Set(['svg', 'g', 'path', 'circle', 'rect', 'line', 'text']);
/** As React spells them, where that is not how a document does. Case counts in drawings alone. */
const spelled: Readonly<Record<string, string>> = {
  className: 'class',
  htmlFor: 'for',
  strokeWidth: 'stroke-width',
  textAnchor: 'text-anchor',
};

export function Fragment({ children }: Properties): Child {
  return children;
}

export function jsx(type: string | Component, properties: Properties): Child {
  if (typeof type === 'function') return type(properties);
  const made = svgNames.has(type)
    ? document.createElementNS('http://www.w3.org/2000/svg', type)
    : document.createElement(type);
  for (const [name, value] of Object.entries(properties)) setProperty(made, name, value);
  append(made, properties.children);
  return made;
}

export const jsxs = jsx;

/** React's, of which nothing is left to do: what a page reads from its request stands in the document. */
export function use<T>(value: T): T {
  return value;
}

function setProperty(element: Element, name: string, value: unknown): void {
  if (name === 'children' || name === 'key' || value === undefined || value === null) return;
  if (name.startsWith('on') || name === 'style' || typeof value === 'object' || typeof value === 'function')
    throw new TypeError(`markup of a page has no ${name}`);
  const isAria = name.startsWith('aria-');
  if (value === false && !isAria) return;
  element.setAttribute(spelled[name] ?? name, value === true && !isAria ? '' : String(value));
}

export function append(parent: Node, child: Child): void {
  if (child === null || child === undefined || typeof child === 'boolean') return;
  if (child instanceof Node) parent.appendChild(child);
  else if (isList(child)) for (const one of child) append(parent, one);
  else parent.appendChild(document.createTextNode(String(child)));
}

function isList(child: Child): child is readonly Child[] {
  return Array.isArray(child);
}
