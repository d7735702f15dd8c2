/** An alert's evidence as a file: proved anew, against the newest checkpoint that was verified. */
import { writeEvidence } from '#lib/verify/evidence.ts';
import type { Dependencies } from '../dependencies.ts';
import { findEntry } from '../e/store.ts';

interface Proved {
  readonly id: string;
  readonly logId: string;
  readonly index: number | string;
  readonly verdict: string;
  readonly reasons: readonly unknown[];
  readonly facts: unknown;
  readonly createdAt: Date;
}

const plain = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };

/** `alert` is undefined for who may not see it, which looks like one there is not. */
export async function evidenceFile(deps: Dependencies, alert: Proved | undefined): Promise<Response> {
  const found = alert && (await findEntry(deps, alert.logId, BigInt(alert.index)));
  const head = found?.log.verifiedCheckpoint ?? null;
  if (alert === undefined || found?.entry === undefined || head === null)
    return new Response('There is no such alert.\n', { status: 404, headers: plain });
  const { log, leafHash } = found.entry;
  const claim = { index: BigInt(alert.index), head, leafHash };
  const proof = await deps.proveEntry(log, claim);
  if (proof.outcome !== 'proved')
    return new Response('The log does not prove this entry at the moment. Its page says why.\n', {
      status: 503,
      headers: plain,
    });
  const root = await deps.prisma.monitorTrustedRoot.findFirst();
  const { id, verdict, reasons, facts, createdAt } = alert;
  const said = { id, verdict, reasons, facts, createdAt: createdAt.toISOString() };
  const trustedRoot: unknown = root === null ? undefined : JSON.parse(root.json);
  const file = writeEvidence(
    { log: { ...log, id: alert.logId }, claim, proof },
    { alert: said, trustedRoot },
  );
  return new Response(file, {
    headers: {
      'content-type': 'application/json',
      'content-disposition': `attachment; filename="evidence-${id}.json"`,
      'cache-control': 'no-store',
    },
  });
}
