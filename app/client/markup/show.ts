import type { ReactNode } from 'react';
import { append } from './jsx-runtime.ts';

/** Puts markup of a component in the place of whatever stood there. */
export function show(place: Element, markup: ReactNode): void {
  const made = document.createDocumentFragment();
  // What TypeScript takes for React's is what jsx-runtime.ts made.
  append(made, markup as Parameters<typeof append>[1]);
  place.replaceChildren(made);
}
