/** One line at a terminal that says what is being waited for, and is gone when it is over. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { SigningStep } from '#lib/sign/sign.ts';

export interface ProgressLine {
  readonly step: (step: SigningStep) => void;
  readonly clear: () => void;
}

const words: Readonly<Record<SigningStep, string>> = {
  certificate: 'asking for a certificate',
  log: 'writing it to the log, and asking for the time',
  verification: 'verifying the bundle',
};

/** Silent where nobody looks. */
export function progressLine(
  name: string,
  terminal: { readonly isTTY?: boolean; write(text: string): unknown },
): ProgressLine {
  if (terminal.isTTY !== true) return { step: () => undefined, clear: () => undefined };
  const erase = '\r\u001b[2K';
  return {
    step: (step) => terminal.write(`${erase}${visibleText(name, 60)}: ${words[step]}`),
    clear: () => terminal.write(erase),
  };
}
