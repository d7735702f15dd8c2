/** What components of our pages take from React, besides markup. */
export { Fragment } from './jsx-runtime.ts';

/** Nothing is awaited here: what a page reads from its request stands in the document. */
export function use<T>(value: T): T {
  return value;
}
