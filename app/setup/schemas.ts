import { z } from 'zod';

/** What the API gives of how clients are pointed at this instance. */
export const setupAnswer = z.object({
  once: z
    .array(z.object({ client: z.string(), lines: z.array(z.string()) }))
    .describe('Signs and verifies one file.'),
  lasting: z
    .array(z.object({ client: z.string(), line: z.string() }))
    .nullable()
    .describe('One line each, with the digest of the first root; null while the authority does not answer.'),
  trustFiles: z.array(z.url()),
});
