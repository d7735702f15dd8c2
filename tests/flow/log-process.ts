/** The log process as the supervisor starts it, on a free port, with a data folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes, sign, createHash, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { verifyInclusion } from '#lib/merkle/inclusion.ts';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { logVerifier } from '#lib/note/log-verifier.ts';
import { openNote, type NoteVerifier } from '#lib/note/signed-note.ts';
import { freePorts } from '#tests/harness/ports.ts';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

export class LogProcess {
  readonly url: string;
  readonly dataDir: string;
  private readonly env: NodeJS.ProcessEnv;
  private child: ChildProcess | undefined;
  private said = '';

  private constructor(port: number, databaseUrl: string, dataDir: string, caUrl: string) {
    this.url = `http://localhost:${port}`;
    this.dataDir = dataDir;
    const { PATH, HOME } = process.env;
    const settings = { DATA_DIR: dataDir, DATABASE_URL: databaseUrl, LOG_PORT: String(port), CA_URL: caUrl };
    this.env = { PATH, HOME, NODE_ENV: 'test', ...settings };
  }

  static async create(
    databaseUrl: string,
    caUrl = 'http://localhost:9',
    dataDir?: string,
  ): Promise<LogProcess> {
    const [port = 0] = await freePorts(1);
    return new LogProcess(port, databaseUrl, dataDir ?? mkdtempSync(join(tmpdir(), 'sigwatch-log-')), caUrl);
  }

  /** More of its environment, from its next start on. */
  set(settings: Readonly<Record<string, string>>): void {
    Object.assign(this.env, settings);
  }

  /** Resolves when it serves; rejects with what it said when it ends instead. */
  async start(): Promise<void> {
    this.said = '';
    const child = spawn(process.execPath, ['--import', 'tsx', 'log/main.ts'], {
      cwd: projectFolder,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    }
    await new Promise<void>((ready, fail) => {
      child.once('message', () => ready());
      child.once('exit', () => fail(new Error(`the log did not start: ${this.said}`)));
    });
  }

  /** Runs `sigwatch` as its operator would; rejects with what it complained of. */
  async run(...args: string[]): Promise<string> {
    const child = spawn(process.execPath, ['lib/cli/sigwatch.mjs', ...args], {
      cwd: projectFolder,
      env: this.env,
    });
    let [out, complaint] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    const code = await new Promise<number | null>((done) => child.once('close', done));
    if (code !== 0) throw new Error(`sigwatch ${args.join(' ')} ended with ${code}: ${complaint}`);
    return out;
  }

  /** SIGSTOP or SIGCONT. */
  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Resolves with its exit code once it has ended. */
  ended(): Promise<number | null> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      return Promise.resolve(child?.exitCode ?? null);
    }
    return new Promise((done) => child.once('exit', done));
  }

  /** Everything it printed since its last start. */
  output(): string {
    return this.said;
  }

  /** Resolves with the exit code. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return Promise.resolve(0);
    const exited = new Promise<number | null>((done) => child.once('exit', done));
    child.kill(signal);
    return exited;
  }

  async remove(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** The checkpoint verifier and the log id, out of what the log says of itself. */
  async identity(
    kind: 'rekor-v2' | 'rekor-v1' | 'ct',
  ): Promise<{ verifier: NoteVerifier; logId: string; spki: Uint8Array }> {
    const { logs } = (await (await fetch(`${this.url}/log_list.json`)).json()) as {
      logs: { kind: string; origin: string; publicKey: string; logId: string }[];
    };
    const log = logs.find((one) => one.kind === kind);
    const spki = fromBase64(log?.publicKey ?? '');
    if (log === undefined || spki === undefined) throw new Error(`no log of kind ${kind}`);
    return { verifier: logVerifier(log.origin, spki), logId: log.logId, spki };
  }
}

export interface TransparencyLogEntry {
  logIndex: string;
  logId: { keyId: string };
  kindVersion: { kind: string; version: string };
  integratedTime: string;
  inclusionPromise: null;
  inclusionProof: {
    logIndex: string;
    rootHash: string;
    treeSize: string;
    hashes: string[];
    checkpoint: { envelope: string };
  };
  canonicalizedBody: string;
}

export const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

/** What any client checks: the checkpoint is the log's, and the entry is in the tree it speaks of. Throws otherwise. */
export function checkEntry(entry: TransparencyLogEntry, verifier: NoteVerifier): void {
  const { inclusionProof } = entry;
  const checkpoint = parseCheckpoint(openNote(inclusionProof.checkpoint.envelope, [verifier]).text);
  const claim = {
    index: BigInt(entry.logIndex),
    size: BigInt(inclusionProof.treeSize),
    root: bytesOf(inclusionProof.rootHash),
    proof: inclusionProof.hashes.map(bytesOf),
    leafHash: leafHash(bytesOf(entry.canonicalizedBody)),
  };
  if (checkpoint.size !== claim.size || Buffer.compare(checkpoint.root, claim.root) !== 0) {
    throw new Error('the checkpoint speaks of another tree');
  }
  if (inclusionProof.logIndex !== entry.logIndex || !verifyInclusion(claim)) {
    throw new Error(`entry ${entry.logIndex} is not proved to be in the log`);
  }
}

export interface TestSigner {
  readonly privateKey: KeyObject;
  readonly spki: Buffer;
}

export function makeSigner(namedCurve = 'P-256'): TestSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  return { privateKey, spki: publicKey.export({ type: 'spki', format: 'der' }) };
}

/** A hashedrekord request for a message of its own. */
export function hashedRekordBody(signer: TestSigner, message: Buffer = randomBytes(16)): object {
  return {
    hashedRekordRequestV002: {
      digest: createHash('sha256').update(message).digest('base64'),
      signature: {
        content: sign('sha256', message, signer.privateKey).toString('base64'),
        verifier: {
          publicKey: { rawBytes: signer.spki.toString('base64') },
          keyDetails: 'PKIX_ECDSA_P256_SHA_256',
        },
      },
    },
  };
}

export function post(url: string, body: unknown): Promise<Response> {
  return fetch(`${url}/api/v2/log/entries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Throws with the answer unless the entry was logged. */
export async function logEntry(url: string, body: unknown): Promise<TransparencyLogEntry> {
  const answer = await post(url, body);
  if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as TransparencyLogEntry;
}
