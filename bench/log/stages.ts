/** What a batch waits for, out of the log's own histograms. */

const steps = ['find', 'stage', 'commit', 'publish'] as const;

/** Means in milliseconds, and how many entries a batch has. */
export async function readStages(port: number): Promise<Record<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const mean = (name: string, labels = ''): number => {
    const value = (suffix: string): number =>
      Number(
        new RegExp(`^${name}_${suffix}\\{log="rekor-v2"${labels}\\} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN,
      );
    return value('sum') / value('count');
  };
  const means = steps.map((step) => {
    const seconds = mean('sigwatch_log_step_seconds', `,step="${step}"`);
    return [step, Number((seconds * 1000).toFixed(2))] as const;
  });
  return {
    ...Object.fromEntries(means),
    'entries in a batch': Number(mean('sigwatch_log_batch_entries').toFixed(1)),
  };
}
