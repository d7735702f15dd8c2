/**
 * ARROW 4, step 5: published objects are made durable some batches at a time, and only then is their staging dropped.
 * Until then a loss of power may take published bytes away; recover.ts brings them back from staging.
 */
import type { PublishedObjects, StagedObjects } from '../storage/objects.ts';
import { checkpointPath } from './publish.ts';

export class Settler {
  private readonly objects: PublishedObjects;
  private readonly staged: StagedObjects;
  private readonly onTrouble: (error: unknown) => void;
  private paths = new Set<string>([checkpointPath]);
  private names: string[] = [];
  private running: Promise<void> = Promise.resolve();

  constructor(objects: PublishedObjects, staged: StagedObjects, onTrouble: (error: unknown) => void) {
    this.onTrouble = onTrouble;
    this.objects = objects;
    this.staged = staged;
  }

  /** A batch that was published: its staging object, and the objects it wrote to. */
  add(name: string, paths: Iterable<string>): void {
    this.names.push(name);
    for (const path of paths) this.paths.add(path);
  }

  get waiting(): number {
    return this.names.length;
  }

  /** Settles all that was added before the call. A rejection is final: the process must end, and replay. */
  settle(): Promise<void> {
    const { names, paths } = this;
    this.names = [];
    this.paths = new Set([checkpointPath]);
    this.running = this.settleAfter(this.running, names, paths);
    return this.running;
  }

  private async settleAfter(earlier: Promise<void>, names: string[], paths: Set<string>): Promise<void> {
    await earlier;
    if (names.length === 0) return;
    await this.objects.flush(paths);
    // Oldest first: what is left after a crash is always the newest end of the chain.
    for (const [at, name] of names.entries()) {
      try {
        await this.staged.drop(name);
      } catch (error) {
        // What stays staged does no harm, and is dropped after the next batch.
        this.names.unshift(...names.slice(at));
        this.onTrouble(error);
        return;
      }
    }
  }
}
