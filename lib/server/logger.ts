/** Structured logs: one JSON line an event. Secrets, tokens and mail bodies have no key here that prints them. */
import { pino, type Logger } from 'pino';

export type { Logger };

const secret = [
  'authorization',
  'cookie',
  'token',
  'idToken',
  'code',
  'password',
  'secret',
  'body',
  'html',
  'text',
];

export function createLogger(process: 'web' | 'ca' | 'log' | 'workers' | 'start', level: string): Logger {
  return pino({
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secret.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
  });
}
