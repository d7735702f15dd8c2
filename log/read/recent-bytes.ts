/** Bytes by name, up to so many in all; the least recently used go first. */
export class RecentBytes {
  private readonly kept = new Map<string, Uint8Array>();
  private readonly most: number;
  private size = 0;

  /** `most`: in bytes. */
  constructor(most: number) {
    this.most = most;
  }

  get(name: string): Uint8Array | undefined {
    const bytes = this.kept.get(name);
    if (bytes === undefined) return undefined;
    this.kept.delete(name);
    this.kept.set(name, bytes);
    return bytes;
  }

  keep(name: string, bytes: Uint8Array): void {
    this.drop(name);
    this.kept.set(name, bytes);
    this.size += bytes.length;
    for (const oldest of this.kept.keys()) {
      if (this.size <= this.most) break;
      this.drop(oldest);
    }
  }

  private drop(name: string): void {
    this.size -= this.kept.get(name)?.length ?? 0;
    this.kept.delete(name);
  }
}
