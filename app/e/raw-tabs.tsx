/**
 * What everything above was read from: the entry, its certificate, its proof and the checkpoint, whole. Disclosures that
 * share a name are tabs without script: opening one closes the others.
 */
import type { ReactNode } from 'react';
import { toHex } from '#lib/encoding/bytes.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { readRekorEntry, readRekorV1Entry } from '#lib/identity/from-entry.ts';
import type { EntryProof } from '#lib/verify/entry-proof.ts';
import type { Certificate } from '#lib/x509/certificate.ts';
import { certificateLines } from '#lib/x509/certificate-text.ts';
import { Stranger } from '../ui/text.tsx';
import { ProofSteps } from './proof-steps.tsx';
import type { LoggedEntry } from './store.ts';

interface Shown {
  readonly entry: LoggedEntry;
  readonly proof: EntryProof & { outcome: 'proved' };
}

export function RawTabs({ entry, proof }: Shown) {
  const certificates = certificatesIn(entry, proof.leaf);
  return (
    <div className="tabs">
      <Tab title="Entry" open>
        <Raw text={leafText(proof.leaf)} />
      </Tab>
      {certificates.map((certificate, at) => (
        <Tab
          key={toHex(certificate.serial)}
          title={certificates.length === 1 ? 'Certificate' : `Certificate ${at + 1}`}
        >
          <CertificateText certificate={certificate} />
        </Tab>
      ))}
      <Tab title="Proof">
        <ProofSteps entry={entry} proof={proof} />
      </Tab>
      <Tab title="Checkpoint">
        <Raw text={proof.head.evidence} />
      </Tab>
    </div>
  );
}

function Tab({ title, open = false, children }: { title: string; open?: boolean; children: ReactNode }) {
  return (
    <details name="raw" open={open}>
      <summary>{title}</summary>
      <div className="stack">{children}</div>
    </details>
  );
}

function CertificateText({ certificate }: { certificate: Certificate }) {
  return (
    <>
      <dl className="facts small">
        {certificateLines(certificate).map(({ label, value }, at) => (
          // eslint-disable-next-line react/no-array-index-key -- an extension may stand there twice under one label
          <div key={at}>
            <dt>{label}</dt>
            <dd>
              <Stranger text={value} mono />
            </dd>
          </div>
        ))}
      </dl>
      <Raw text={toPem('CERTIFICATE', certificate.encoding)} />
    </>
  );
}

/** None where the entry holds a bare key, or is of a log of certificates, which keeps them otherwise. */
function certificatesIn({ log }: LoggedEntry, leaf: Uint8Array): readonly Certificate[] {
  if (log.kind === 'ct') return [];
  const read = log.kind === 'rekor-v1' ? readRekorV1Entry(leaf) : readRekorEntry(leaf);
  return read.kind === 'unparsable' ? [] : read.certificates;
}

function Raw({ text }: { text: string }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard
    <pre className="command" tabIndex={0}>
      {text.split('\n').map((line, at) => (
        // eslint-disable-next-line react/no-array-index-key -- lines have no other name
        <span key={at}>
          <bdi>{visible(line)}</bdi>
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

/** Rekor entries are JSON; others are shown as bytes. */
function leafText(leaf: Uint8Array): string {
  try {
    return JSON.stringify(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(leaf)), null, 2);
  } catch {
    return (toHex(leaf).match(/.{1,96}/g) ?? []).join('\n');
  }
}

/** Raw data is shown whole, but as inert as everything else. */
function visible(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return indent + visibleText(line.slice(indent.length), 100_000);
}
