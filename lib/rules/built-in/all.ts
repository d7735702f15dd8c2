/** Every built-in rule, in the order in which equally grave reasons are given. */
import { entryRules } from './entry-rules.ts';
import { firstRules } from './first-rules.ts';
import { habitRules } from './habit-rules.ts';
import type { BuiltInRule } from './rule.ts';

export const builtInRules: readonly BuiltInRule[] = [...entryRules, ...firstRules, ...habitRules];
