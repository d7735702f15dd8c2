import { expect, it } from 'vitest';
import { Metrics } from './metrics.ts';

it('prints counters, gauges and cumulative histograms as Prometheus reads them', () => {
  const metrics = new Metrics();
  const errors = metrics.counter('errors_total', 'Errors.');
  const sizes = metrics.histogram('sizes', 'Sizes.', [1, 10]);
  metrics.gauge('depth', 'Depth.', () => [['log="ct"', 3]]);
  errors.add('code="busy"');
  errors.add('code="busy"', 2);
  for (const size of [1, 5, 10, 11]) sizes.observe(size, 'log="ct"');
  expect(metrics.text()).toBe(
    [
      '# HELP errors_total Errors.',
      '# TYPE errors_total counter',
      'errors_total{code="busy"} 3',
      '# HELP sizes Sizes.',
      '# TYPE sizes histogram',
      'sizes_bucket{log="ct",le="1"} 1',
      'sizes_bucket{log="ct",le="10"} 3',
      'sizes_bucket{log="ct",le="+Inf"} 4',
      'sizes_sum{log="ct"} 27',
      'sizes_count{log="ct"} 4',
      '# HELP depth Depth.',
      '# TYPE depth gauge',
      'depth{log="ct"} 3',
      '',
    ].join('\n'),
  );
});
