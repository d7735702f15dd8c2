/**
 * Certificates: token and possession checked, precertificate logged durably, SCT embedded, by the processes that
 * `npm start` runs. `npm run bench -- ca`: as many as can be had, and how long each takes at a hundred a second.
 */
import { median, Measurement, perSecond, rounded } from './ca/measure.ts';

const offered = 100;
const mostPerSecond = 1_000;

const measurement = await Measurement.open();
try {
  const { seconds, connections } = measurement;
  await measurement.warm('certificates');
  await measurement.series('100/s offered', 'certificates', { perSecond: offered });
  const calm = measurement.all.splice(0);
  const most = await measurement.series('certificates', 'certificates', {
    connections,
    made: mostPerSecond * seconds,
  });
  measurement.all.push(...calm);
  await measurement.report('ca', {
    certificatesPerSecond: rounded(median(most.map(perSecond))),
    p99Ms: rounded(median(calm.map(({ p99Ms }) => p99Ms))),
  });
} finally {
  await measurement.close();
}
