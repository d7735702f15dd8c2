/** What the API gives of one entry: its proof, and what stands around it. */
import { z } from 'zod';

const entry = z.object({ log: z.string(), index: z.int() });

export const aroundAnswer = z.object({
  name: z.string().nullable().describe('Whose signatures these are; null where an entry has no neighbours.'),
  before: entry
    .extend({
      changes: z
        .array(z.object({ what: z.string(), before: z.string(), now: z.string() }))
        .describe('What is other in this entry than in that one.'),
    })
    .nullable(),
  after: entry.nullable(),
});

export const proofAnswer = z.object({
  outcome: z
    .enum(['proved', 'contradicted', 'not-covered', 'not-checked'])
    .describe('Found out now: the log is asked anew, and held against the checkpoint that we verified.'),
  words: z.string().nullable().describe('Why it is not proved.'),
  index: z.int(),
  treeSize: z.number().nullable(),
  root: z.string().nullable().describe('base64'),
  leafHash: z.string().nullable().describe('base64; SHA-256 of 0x00 and the leaf, RFC 6962 §2.1.'),
  leaf: z.string().nullable().describe('base64: the bytes that are hashed into the tree.'),
  hashes: z.array(z.string()).describe('The audit path from the leaf to the root, base64.'),
  checkpoint: z.string().nullable().describe('As the log signed it.'),
});

export const compareQuery = z.strictObject({
  first: z.string().max(300).describe('A log and an index, for example rekor/12.'),
  second: z.string().max(300),
});
export const compareAnswer = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      first: z.string().nullable(),
      second: z.string().nullable(),
      differs: z.boolean(),
    }),
  ),
});
