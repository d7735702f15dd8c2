/**
 * What Prometheus reads at /metrics, in its text format (version 0.0.4). Three kinds of number need no library; label
 * values are ours and few, never what a request says.
 */

export class Counter {
  private readonly counts = new Map<string, number>();

  /** `labels` as they are printed: `code="busy"`; empty for none. */
  add(labels = '', by = 1): void {
    this.counts.set(labels, (this.counts.get(labels) ?? 0) + by);
  }

  *lines(name: string): Iterable<string> {
    for (const [labels, count] of this.counts) yield `${name}${braced(labels)} ${count}`;
  }
}

export class Histogram {
  private readonly bounds: readonly number[];
  private readonly series = new Map<string, { counts: number[]; sum: number; count: number }>();

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
  }

  observe(value: number, labels = ''): void {
    let one = this.series.get(labels);
    if (one === undefined) {
      one = { counts: this.bounds.map(() => 0), sum: 0, count: 0 };
      this.series.set(labels, one);
    }
    one.sum += value;
    one.count++;
    const at = this.bounds.findIndex((bound) => value <= bound);
    if (at >= 0) one.counts[at] = (one.counts[at] ?? 0) + 1;
  }

  *lines(name: string): Iterable<string> {
    for (const [labels, { counts, sum, count }] of this.series) {
      let below = 0;
      for (const [at, bound] of this.bounds.entries()) {
        below += counts[at] ?? 0;
        yield `${name}_bucket${braced(labels, `le="${bound}"`)} ${below}`;
      }
      yield `${name}_bucket${braced(labels, 'le="+Inf"')} ${count}`;
      yield `${name}_sum${braced(labels)} ${sum}`;
      yield `${name}_count${braced(labels)} ${count}`;
    }
  }
}

/** Asked when somebody reads. */
export type Gauge = () => Iterable<readonly [labels: string, value: number]>;

export class Metrics {
  private readonly all: { name: string; head: string; lines: () => Iterable<string> }[] = [];

  counter(name: string, help: string): Counter {
    const counter = new Counter();
    this.add(name, 'counter', help, () => counter.lines(name));
    return counter;
  }

  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    const histogram = new Histogram(bounds);
    this.add(name, 'histogram', help, () => histogram.lines(name));
    return histogram;
  }

  gauge(name: string, help: string, read: Gauge): void {
    this.add(name, 'gauge', help, () =>
      [...read()].map(([labels, value]) => `${name}${braced(labels)} ${value}`),
    );
  }

  text(): string {
    return this.all.map(({ head, lines }) => `${[head, ...lines()].join('\n')}\n`).join('');
  }

  private add(name: string, type: string, help: string, lines: () => Iterable<string>): void {
    this.all.push({ name, head: `# HELP ${name} ${help}\n# TYPE ${name} ${type}`, lines });
  }
}

function braced(...labels: readonly string[]): string {
  const given = labels.filter((label) => label !== '');
  return given.length === 0 ? '' : `{${given.join()}}`;
}
