/** Timestamps over HTTP, asked for as sigstore-js does. `npm run bench -- tsa`. */
import { median, Measurement, perSecond, rounded } from './ca/measure.ts';

const mostPerSecond = 6_000;

const measurement = await Measurement.open();
try {
  const { seconds, connections } = measurement;
  await measurement.warm('timestamps');
  const most = await measurement.series('timestamps', 'timestamps', {
    connections,
    made: mostPerSecond * seconds,
  });
  await measurement.report('tsa', {
    timestampsPerSecond: rounded(median(most.map(perSecond))),
    p99Ms: rounded(median(most.map(({ p99Ms }) => p99Ms))),
  });
} finally {
  await measurement.close();
}
