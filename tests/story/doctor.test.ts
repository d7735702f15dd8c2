/** The operator asks whether all is well, on a machine where it is and on one where it is not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Instance } from '../harness/instance.ts';

interface Finding {
  readonly check: string;
  readonly verdict: string;
  readonly said: string;
  readonly mend?: string;
}

let instance: Instance;

beforeAll(async () => {
  instance = await Instance.create();
  await instance.start();
});
afterAll(() => instance.remove());

const read = (json: string) => JSON.parse(json) as { healthy: boolean; findings: Finding[] };

describe('sigwatch doctor', () => {
  it('signs in, signs, verifies and finds the signature again, and says so', async () => {
    const { healthy, findings } = read(await instance.run('doctor', '--json'));
    expect(findings.filter(({ verdict }) => verdict !== 'well')).toEqual([]);
    expect(healthy).toBe(true);
    const said = Object.fromEntries(findings.map(({ check, said }) => [check, said]));
    expect(said.login).toContain('Signed in as doctor@example.com');
    expect(said['sign and verify']).toBe('Certificate, log entry and timestamp came and verify.');
    expect(said['log checkpoint']).toMatch(/covers the entry \(size [1-9]/);
    expect(said.monitor).toContain('shows the signature');
    const root = await fetch(`${instance.ca}/tuf/1.root.json`);
    const digest = await crypto.subtle.digest('SHA-256', await root.arrayBuffer());
    expect(said['TUF repository']).toContain(Buffer.from(digest).toString('hex'));
  });

  it('names the part that is away, with the mend, and leaves with 1', async () => {
    const args = ['doctor', '--json', '--no-sign'];
    const { code, out } = await instance.attempt(args, { LOG_URL: 'http://127.0.0.1:9' });
    expect(code).toBe(1);
    const wrong = read(out).findings.filter(({ verdict }) => verdict === 'ill');
    expect(wrong).toEqual([
      {
        check: 'log process',
        verdict: 'ill',
        said: 'Nobody answers at http://127.0.0.1:9.',
        mend: 'Start it (npm start, or sigwatch log), or set LOG_URL.',
      },
    ]);
  });
});
