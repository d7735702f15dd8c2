/** Tries an operation of the API with the sandbox key, and shows what came back as it came. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { sandboxKey } from '../api/front/sandbox-key.ts';
import { element } from './elements.ts';

const told = ['content-type', 'etag', 'ratelimit', 'retry-after'];

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-path]')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void ask(form);
  });
}

async function ask(form: HTMLFormElement): Promise<void> {
  const output = form.querySelector('output');
  if (output === null) return;
  const fields = new FormData(form);
  const text = (name: string) => String(fields.get(name) ?? '');
  const template = form.dataset['path'] ?? '';
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(text(name)));
  const query = new URLSearchParams(
    [...fields.keys()]
      .filter((name) => !template.includes(`{${name}}`) && text(name) !== '')
      .map((name) => [name, text(name)]),
  ).toString();
  output.textContent = 'Asking…';
  try {
    const answer = await fetch(query === '' ? path : `${path}?${query}`, {
      headers: { authorization: `Bearer ${sandboxKey}` },
      credentials: 'omit',
    });
    const headers = told.flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [`${name}: ${value}`];
    });
    const body = legible(await answer.text());
    const lines = [`HTTP ${answer.status}`, ...headers, '', ...body.split('\n')];
    const shown = element('pre', '', 'command');
    shown.tabIndex = 0;
    shown.textContent = lines.map((line) => visibleText(line, 20_000)).join('\n');
    output.replaceChildren(shown);
  } catch {
    output.textContent = 'No answer came back.';
  }
}

/** Most answers are JSON on one line; a checkpoint is text. */
function legible(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
