/** Starts up to `ahead` reads before the first is used, gives what they read in order, and stops at the first failure. */
export async function* inOrder<T>(
  from: bigint,
  to: bigint,
  ahead: number,
  read: (index: bigint) => Promise<T>,
): AsyncGenerator<T> {
  const started: Promise<T>[] = [];
  let next = from;
  for (let at = from; at < to; at++) {
    for (; next < to && started.length < ahead; next++) {
      const reading = read(next);
      // It is awaited below; until then a failure must not count as one that nobody handles.
      reading.catch(() => undefined);
      started.push(reading);
    }
    const first = started.shift();
    if (first !== undefined) yield await first;
  }
}
