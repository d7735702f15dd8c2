/**
 * How a letter looks: the colours of lib/design/tokens.css, written out, since mail programs know no variables. They
 * read inline styles; the few that know dark mode read the classes below.
 */
import type { CSSProperties } from 'react';

const sans =
  "'Atkinson Hyperlegible Next', 'Atkinson Hyperlegible', Verdana, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";
const mono = "'Atkinson Hyperlegible Mono', ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

const ink = '#16202a';
const quiet = '#4b5963';
const paper = '#ffffff';
const panel = '#eef2ea';
const line = '#cfd8cb';
const action = '#1b4f9c';

export const styles = {
  body: { backgroundColor: paper, color: ink, fontFamily: sans, margin: '0', padding: '24px 12px' },
  preheader: { display: 'none', fontSize: '1px', lineHeight: '1px', maxHeight: '0', overflow: 'hidden' },
  container: { maxWidth: '600px', margin: '0 auto' },
  heading: { fontSize: '22px', lineHeight: '1.3', fontWeight: 700, margin: '0 0 16px' },
  paragraph: { fontSize: '16px', lineHeight: '1.55', margin: '0 0 16px' },
  section: { margin: '8px 0 20px' },
  button: {
    backgroundColor: action,
    border: `1px solid ${action}`,
    borderRadius: '2px',
    color: '#ffffff',
    display: 'inline-block',
    fontSize: '16px',
    fontWeight: 700,
    margin: '0 12px 12px 0',
    minWidth: '150px',
    padding: '12px 20px',
    textAlign: 'center',
    textDecoration: 'none',
  },
  link: { color: action, textDecoration: 'underline' },
  code: {
    backgroundColor: panel,
    borderRadius: '2px',
    fontFamily: mono,
    fontSize: '28px',
    letterSpacing: '4px',
    lineHeight: '1.4',
    margin: '0 0 16px',
    padding: '16px',
    textAlign: 'center',
  },
  facts: {
    backgroundColor: panel,
    borderRadius: '2px',
    borderCollapse: 'separate',
    fontSize: '15px',
    lineHeight: '1.5',
    margin: '0 0 20px',
    padding: '8px 4px',
    width: '100%',
  },
  label: {
    color: quiet,
    fontWeight: 400,
    padding: '4px 12px',
    textAlign: 'left',
    verticalAlign: 'top',
    width: '30%',
  },
  value: { fontFamily: mono, padding: '4px 12px', verticalAlign: 'top', wordBreak: 'break-word' },
  rule: { borderColor: line, borderStyle: 'solid', borderWidth: '1px 0 0', margin: '20px 0 12px' },
  small: { color: quiet, fontSize: '14px', lineHeight: '1.5', margin: '0 0 8px' },
} satisfies Record<string, CSSProperties>;

export const darkStyles = `
@media (prefers-color-scheme: dark) {
  .page { background-color: #0f151a !important; color: #e6ebe4 !important; }
  .panel { background-color: #161e24 !important; }
  .quiet { color: #a4b0ae !important; }
  .rule { border-color: #2a363c !important; }
  .link { color: #93bbf6 !important; }
  .button { background-color: #93bbf6 !important; border-color: #93bbf6 !important; color: #0b1622 !important; }
}`;
