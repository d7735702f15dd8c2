/** `sigwatch doctor`: everything a signature rests on, looked at from outside, one sentence each with the mend. */
import type { Config } from '../../server/config.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { examineDatabase } from './database.ts';
import type { Finding, Verdict } from './finding.ts';
import { examineKeys } from './keys.ts';
import { examineServices } from './services.ts';
import { examineSigning } from './signing.ts';
import { examineTrust } from './trust.ts';

export interface DoctorOptions {
  readonly email: string;
  readonly identityToken?: string;
  /** False: nothing is signed, so nothing is logged. */
  readonly sign: boolean;
  readonly json?: boolean;
}

export async function doctor(config: Config, options: DoctorOptions): Promise<ExitCode> {
  const { web, ca, log } = config;
  const services = await examineServices([
    { name: 'web', url: web.url },
    { name: 'ca', url: ca.url },
    { name: 'log', url: log.url },
  ]);
  const trust = await examineTrust(ca.url);
  const patient = {
    caUrl: ca.url,
    webUrl: web.url,
    email: options.email,
    identityToken: options.identityToken,
  };
  const signing = options.sign ? await examineSigning(patient) : [];
  // Last: the login above has just sent a mail, if mail works at all.
  const here = [...(await examineKeys(config)), ...(await examineDatabase(config))];
  const findings = [...services, ...trust, ...signing, ...here];
  const healthy = findings.every(({ verdict }) => verdict !== 'ill');
  const colour = config.colour && process.stdout.isTTY === true;
  process.stdout.write(options.json === true ? toJson(healthy, findings) : toText(healthy, findings, colour));
  return healthy ? exitCode.yes : exitCode.no;
}

function toJson(healthy: boolean, findings: readonly Finding[]): string {
  return `${JSON.stringify({ healthy, findings }, undefined, 2)}\n`;
}

const marks: Readonly<Record<Verdict, string>> = { well: '✓', warning: '!', ill: '✗', skipped: '·' };
const colours: Readonly<Record<Verdict, number>> = { well: 32, warning: 33, ill: 31, skipped: 90 };

function toText(healthy: boolean, findings: readonly Finding[], colour: boolean): string {
  const paint = (verdict: Verdict): string =>
    colour ? `\u001b[${colours[verdict]}m${marks[verdict]}\u001b[0m` : marks[verdict];
  const lines = findings.map(({ check, verdict, said, mend }) => {
    const line = `${paint(verdict)} ${check.padEnd(22)} ${said}`;
    return mend === undefined ? line : `${line}\n${' '.repeat(25)}${mend}`;
  });
  const warnings = findings.filter(({ verdict }) => verdict === 'warning').length;
  const wrong = findings.filter(({ verdict }) => verdict === 'ill').length;
  const verdict = healthy ? 'Healthy' : `${wrong} thing(s) wrong`;
  return `${lines.join('\n')}\n${verdict}${warnings === 0 ? '' : `, ${warnings} warning(s)`}.\n`;
}
