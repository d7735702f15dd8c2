/** The JSON Schema of policy files, for editors; published as policy.schema.json beside this file. */
import * as z from 'zod';
import { policyFile } from './policy-file.ts';

export function policySchema(): object {
  return { title: 'Sigwatch policy', ...z.toJSONSchema(policyFile, { io: 'input', reused: 'ref' }) };
}
