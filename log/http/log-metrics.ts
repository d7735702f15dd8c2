/** The numbers of this process: what is asked of it, how long its batches take, how its logs stand. */
import type { BatchTold } from '../sequencer/sequencer.ts';
import type { OpenLog } from '../open-log.ts';
import { Metrics, type Counter, type Histogram } from './metrics.ts';

const seconds = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15];

export class LogMetrics {
  readonly all = new Metrics();
  readonly requests: Counter;
  readonly answered: Histogram;
  readonly errors: Counter;
  private readonly batch: Histogram;
  private readonly integrated: Histogram;
  private readonly published: Histogram;
  private readonly step: Histogram;
  private logs: () => readonly OpenLog[] = () => [];
  private verifying: () => number = () => 0;

  constructor() {
    const { all } = this;
    this.requests = all.counter('sigwatch_log_requests_total', 'Answers by method and status.');
    this.answered = all.histogram('sigwatch_log_request_seconds', 'From a request to its answer.', seconds);
    this.errors = all.counter('sigwatch_log_errors_total', 'Requests that were refused or failed, by code.');
    this.batch = all.histogram(
      'sigwatch_log_batch_entries',
      'Entries in a batch.',
      [1, 4, 16, 64, 256, 1024],
    );
    this.integrated = all.histogram(
      'sigwatch_log_integrate_seconds',
      'From taking a batch to its commit.',
      seconds,
    );
    this.published = all.histogram(
      'sigwatch_log_publish_seconds',
      'From a commit to its checkpoint.',
      seconds,
    );
    this.step = all.histogram(
      'sigwatch_log_step_seconds',
      'Steps of a batch: looking up, staging, the commit, publishing.',
      seconds,
    );
    all.gauge('process_resident_memory_bytes', 'Resident memory.', () => [['', process.memoryUsage.rss()]]);
    this.addGauges();
  }

  told(log: string, { entries, steps, integrateMs }: BatchTold): void {
    const label = `log="${log}"`;
    this.batch.observe(entries, label);
    this.integrated.observe(integrateMs / 1000, label);
    this.published.observe(steps.publish / 1000, label);
    for (const [step, ms] of Object.entries(steps)) this.step.observe(ms / 1000, `${label},step="${step}"`);
  }

  /** `logs` and `verifying` are asked anew each time; the last to be named counts. */
  watch(logs: () => readonly OpenLog[], verifying: () => number): void {
    this.logs = logs;
    this.verifying = verifying;
  }

  private addGauges(): void {
    const each = (read: (log: OpenLog) => number) => () =>
      this.logs().map((log) => [`log="${log.plan.name}"`, read(log)] as const);
    const { all } = this;
    all.gauge(
      'sigwatch_log_tree_size',
      'Entries.',
      each(({ sequencer }) => Number(sequencer.published.head.size)),
    );
    all.gauge(
      'sigwatch_log_queue_depth',
      'Entries that wait to be logged.',
      each(({ sequencer }) => sequencer.depth),
    );
    all.gauge(
      'sigwatch_log_checkpoint_age_seconds',
      'Since the checkpoint that is served was published, or known to be the newest still.',
      each(({ sequencer }) => (Date.now() - sequencer.published.served.at) / 1000),
    );
    all.gauge(
      'sigwatch_log_uncosigned_seconds',
      'Since too few witnesses cosign what is newest; 0 while they do. Only of logs whose witnesses are asked here.',
      () =>
        this.logs().flatMap(({ plan, sequencer: { uncosignedMs } }) =>
          uncosignedMs === undefined ? [] : [[`log="${plan.name}"`, uncosignedMs / 1000] as const],
        ),
    );
    all.gauge(
      'sigwatch_log_scrubbed_bundles',
      'Stored bundles read again and found right.',
      each(({ scrub }) => scrub?.bundles ?? 0),
    );
    all.gauge(
      'sigwatch_log_damaged',
      '1 when what is stored is not what was logged.',
      each(({ scrub }) => (scrub?.problem === undefined ? 0 : 1)),
    );
    all.gauge('sigwatch_log_verifying', 'Submissions that are being verified.', () => [
      ['', this.verifying()],
    ]);
  }
}
