/** Calls that fail on demand. Every call of a wrapped part is counted; a plan says which of them fails, and how. */

/**
 * `error`: nothing was done. `persisted`: all was done, and an error said. `hang`: no answer ever, nothing done.
 * `hang-persisted`: no answer ever, all done. `torn`: a part was done, and an error said.
 */
export const faultKinds = ['error', 'persisted', 'hang', 'hang-persisted', 'torn'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** Given the call's number, from 0, and its name (`staged.put`); the answer is how it fails. */
export type FaultPlan = (call: number, step: string) => FaultKind | undefined;

/** Does a part of what a write would do. */
type Tear = (target: object, args: readonly unknown[]) => Promise<unknown>;

const half = (bytes: unknown): Uint8Array =>
  (bytes as Uint8Array).subarray(0, (bytes as Uint8Array).length >> 1);
const call = (target: object, method: string, args: readonly unknown[]): Promise<unknown> =>
  Reflect.apply(Reflect.get(target, method) as () => Promise<unknown>, target, args);

/** Reads, statements, and what is atomic by contract have no half: there a torn call is one that did nothing. */
const tears: Record<string, Tear> = {
  'staged.put': (target, [name, bytes]) => call(target, 'put', [name, half(bytes)]),
  'objects.extend': (target, [path, offset, bytes]) => call(target, 'extend', [path, offset, half(bytes)]),
  'objects.flush': (target, [paths]) => {
    const all = [...(paths as Iterable<string>)];
    return call(target, 'flush', [all.slice(0, all.length >> 1)]);
  },
};

const never = (): Promise<never> => new Promise(() => undefined);

export class Faults {
  readonly calls: string[] = [];
  plan: FaultPlan = () => undefined;

  wrap<T extends object>(part: string, target: T): T {
    return new Proxy(target, {
      get: (_, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => this.run(`${part}.${String(name)}`, target, String(name), args);
      },
    });
  }

  private async run(step: string, target: object, method: string, args: unknown[]): Promise<unknown> {
    const kind = this.plan(this.calls.push(step) - 1, step);
    if (kind === undefined) return call(target, method, args);
    if (kind === 'torn') await tears[step]?.(target, args);
    if (kind === 'persisted' || kind === 'hang-persisted') await call(target, method, args);
    if (kind === 'hang' || kind === 'hang-persisted') return never();
    throw new Error(`${kind} at ${step}`);
  }
}
