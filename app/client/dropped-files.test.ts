import { expect, it } from 'vitest';
import { roleOf } from './dropped-files.ts';

it.each([
  ['app.tgz', '\u001f\u008b…', 'file'],
  ['data.json', '{"mediaType":"text/plain"}', 'file'],
  ['broken.json', '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"', 'file'],
  ['notes.yaml', 'name: x\n', 'file'],
  ['anything', '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}', 'bundle'],
  ['b.json', '{"mediaType":"application/vnd.dev.sigstore.bundle+json;version=0.1"}', 'bundle'],
  ['r.json', '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}', 'trusted-root'],
  ['p.yml', '# who\nsigwatchPolicy: 1\n', 'policy'],
  ['p.json', '{"sigwatchPolicy":1}', 'policy'],
  ['list.json', '[{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}]', 'file'],
])('tells what %s is for by what is in it', async (name, text, role) => {
  expect(await roleOf(Object.assign(new Blob([text]), { name }))).toBe(role);
});
