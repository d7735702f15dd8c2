/** Every step from the entry to the signed root, with its values. */
import { toHex } from '#lib/encoding/bytes.ts';
import type { EntryProof } from '#lib/verify/entry-proof.ts';
import type { LoggedEntry } from './store.ts';

export function ProofSteps({
  entry,
  proof,
}: {
  entry: LoggedEntry;
  proof: EntryProof & { outcome: 'proved' };
}) {
  return (
    <>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard */}
      <section className="scroll" aria-label="Steps of the proof" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Joined with</th>
              <th scope="col">Gives</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">0</th>
              <td>SHA-256(0x00 ‖ entry)</td>
              <td>
                <Hash value={entry.leafHash} />
              </td>
            </tr>
            {proof.steps.map((step, at) => (
              <tr key={toHex(step.parent)}>
                <th scope="row">{at + 1}</th>
                <td>
                  {step.siblingSide} <Hash value={step.sibling} />
                </td>
                <td>
                  <Hash value={step.parent} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="hint">
        Each step is SHA-256(0x01 ‖ left ‖ right), RFC 6962 §2.1. The last one is the signed root.
      </p>
    </>
  );
}

function Hash({ value }: { value: Uint8Array }) {
  return <code className="whole">{toHex(value)}</code>;
}
