/** Every step from the entry to the signed root, with its values. */
import { toHex } from '#lib/encoding/bytes.ts';
import type { EntryProof } from '#lib/verify/entry-proof.ts';
import { ScrollTable } from '../ui/scroll-table.tsx';
import type { LoggedEntry } from './store.ts';

const columns = {
  step: { head: 'Step' },
  joined: { head: 'Joined with' },
  gives: { head: 'Gives' },
};

export function ProofSteps({
  entry,
  proof,
}: {
  entry: LoggedEntry;
  proof: EntryProof & { outcome: 'proved' };
}) {
  return (
    <>
      <ScrollTable label="Steps of the proof" columns={columns}>
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
      </ScrollTable>
      <p className="hint">
        Each step is SHA-256(0x01 ‖ left ‖ right), RFC 6962 §2.1. The last one is the signed root.
      </p>
    </>
  );
}

function Hash({ value }: { value: Uint8Array }) {
  return <code className="whole">{toHex(value)}</code>;
}
