/** A confirmed watch, as matching needs it. */
export interface Watch {
  readonly id: string;
  /** A WatchKind of lib/identity/watch-target.ts, or one that this version does not know. */
  readonly kind: string;
  /** As lib/identity/watch-target.ts spells it. */
  readonly value: string;
  /**
   * Ownership of what it names was proven, an address by the mail that confirmed it: without it a whole domain is nobody's
   * to watch, and names that only look like it are not told of.
   */
  readonly proven: boolean;
  /** `name+tag@domain` is somebody else. Left out where it is not so: there are a million of these. */
  readonly untagged?: true;
}
