/** Where the mailed code comes from: the demo mailbox of this instance, else the person at the terminal. */
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

export interface CodeSource {
  /** The code of the mail with this reference. */
  next(reference: string): Promise<string>;
}

const messages = z.array(z.object({ id: z.string(), subject: z.string(), text: z.string() }));
type Messages = z.infer<typeof messages>;

const patienceMs = 60_000;
const pauseMs = 100;

/** Call it before the code is asked for: mails that are there by then are not the answer. */
export async function codeSource(mailboxUrl: string | undefined, email: string): Promise<CodeSource> {
  const mailbox = mailboxUrl === undefined ? undefined : `${mailboxUrl}?to=${encodeURIComponent(email)}`;
  const before = mailbox === undefined ? undefined : await read(mailbox);
  if (mailbox === undefined || before === undefined) return terminal(email);
  const known = new Set(before.map(({ id }) => id));
  return { next: (reference) => arrival(mailbox, known, reference) };
}

async function arrival(mailbox: string, known: ReadonlySet<string>, reference: string): Promise<string> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    for (const message of (await read(mailbox)) ?? []) {
      const [, code] = /\bcode: (\d{6,8})\b/.exec(message.subject) ?? [];
      if (code !== undefined && !known.has(message.id) && message.text.includes(`Reference ${reference}`))
        return code;
    }
    await sleep(pauseMs);
  }
  throw new Error(`No mail with reference ${reference} came within ${patienceMs / 1000} seconds.`);
}

/** Undefined where there is no demo mailbox: it exists only when no mail leaves the machine. */
async function read(mailbox: string): Promise<Messages | undefined> {
  const answer = await fetch(mailbox).catch(() => undefined);
  if (answer === undefined || !answer.ok) return undefined;
  return messages.parse(await answer.json());
}

function terminal(email: string): CodeSource {
  return {
    next: async (reference) => {
      // stdout is for the token alone.
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return (await lines.question(`Code mailed to ${email} (reference ${reference}): `)).trim();
      } finally {
        lines.close();
      }
    },
  };
}
