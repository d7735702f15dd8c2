/** Every command that needs no instance around it: part of the whole command line, and of client.ts. */
import type { Command } from 'commander';
import { addConformance } from './conformance.ts';
import { addSearch, addWatch } from './monitor-commands.ts';
import { addPolicy } from './policy.ts';
import { addSign } from './sign.ts';
import { addAlerts, addFreeze, addIntent } from './team-commands.ts';
import { addVerify } from './verify.ts';

export function addClientCommands(program: Command): void {
  addSign(program);
  addVerify(program);
  addPolicy(program);
  addSearch(program);
  addWatch(program);
  addAlerts(program);
  addIntent(program);
  addFreeze(program);
  addConformance(program);
}
