/** What `ca import` and `ca rotate` say at their end, and when neither can help. */
import type { Config } from '#lib/server/config.ts';
import { KeyError } from '../keys/signer.ts';
import { say } from './run.ts';

export function announce(useFrom: Date, dryRun: boolean, compromisedSince?: string): void {
  if (dryRun) say('Nothing is changed: this was a dry run. It would do this:');
  say('- within a minute trusted_root.json, the trust bundle and the TUF repository list the new authority');
  say(`- from ${useFrom.toISOString()} on it issues, never before the TUF repository names it`);
  say(
    compromisedSince === undefined
      ? '- the one before it stays listed, closed a quarter of an hour later: what it issued verifies for ever'
      : `- what the one before it issued after ${compromisedSince} verifies no more; destroy its key`,
  );
}

export function refuseForeignChain({ caChainFile }: Config): void {
  if (caChainFile === undefined) return;
  throw new KeyError(
    'unfit-chain',
    `This instance issues by CA_CHAIN_FILE: put the new chain and key there, or unset it and CA_KEY_FILE first.`,
  );
}
