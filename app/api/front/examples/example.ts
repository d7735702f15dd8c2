/** One address of the sandbox: what is answered for what was asked; undefined for what has no example. */
export type Example = (asked: {
  readonly query: URLSearchParams;
  /** What stands in the address. */
  readonly named: Readonly<Record<string, string>>;
}) => object | string | undefined;

export const exampleDay = '2026-11-20';
export const exampleTime = `${exampleDay}T15:00:00.000Z`;

/** The same whatever is asked, checked against what the schema gives. */
export const always =
  <T extends object>(body: T): Example =>
  () =>
    body;

/** Only at this id. */
export const at =
  <T extends object>(name: string, id: string, body: T): Example =>
  ({ named }) =>
    named[name] === id ? body : undefined;
