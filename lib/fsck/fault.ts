/** What can be wrong with a log, by the thing that is wrong. Paths are those of c2sp.org/tlog-tiles. */

export type Fault =
  | {
      readonly artefact: 'checkpoint';
      readonly path: string;
      readonly problem: 'form' | 'signature' | 'unknown-key' | 'root';
      readonly detail: string;
    }
  | {
      /** One entry of a bundle: `form` when it is cut off or overruns, `hash` when it is another than was logged. */
      readonly artefact: 'entry';
      readonly path: string;
      readonly index: bigint;
      readonly problem: 'form' | 'hash';
      readonly detail: string;
    }
  | {
      readonly artefact: 'tile';
      readonly path: string;
      /** Which hash of the tile, from 0. */
      readonly hash: number;
      /** The first leaf below that hash. */
      readonly index: bigint;
      readonly problem: 'hash';
      readonly detail: string;
    }
  | {
      /** A tile or bundle that is not there, or has not the length it must have. */
      readonly artefact: 'tile' | 'bundle';
      readonly path: string;
      readonly index: bigint;
      readonly problem: 'missing' | 'length';
      readonly detail: string;
    }
  | {
      /** An entry and the tile hash over it disagree, and neither leads to what stands above. */
      readonly artefact: 'undecided';
      readonly path: string;
      readonly index: bigint;
      readonly problem: 'hash';
      readonly detail: string;
    };

/** Ends a check: the first thing found wrong. Never thrown for what could merely not be read (SourceError is). */
export class FaultFound extends Error {
  override readonly name = 'FaultFound';
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(`${fault.path}: ${fault.detail}`);
    this.fault = fault;
  }
}
