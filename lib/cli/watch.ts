/** `sigwatch watch`: asks an instance to tell an address. It answers alike whether anything was known of either. */
import { z } from 'zod';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';
import { askInstance } from './instance-api.ts';

const accepted = z.looseObject({ status: z.literal('accepted'), detail: z.string() });

export interface WatchJob {
  readonly instance: string;
  readonly identity: string;
  readonly email: string;
  readonly json: boolean;
}

export async function watch(job: WatchJob, print: (text: string) => void): Promise<ExitCode> {
  const { instance, identity, email, json } = job;
  const answer = await askInstance(`${instance}/api/v1/watches`, accepted, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ identity, email }),
  });
  print(json ? `${JSON.stringify(answer, null, 2)}\n` : `${visibleText(answer.detail)}\n`);
  return exitCode.yes;
}
