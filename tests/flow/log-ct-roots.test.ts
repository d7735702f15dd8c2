import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { AcceptedRoots, RootsError } from '#log/ct/roots.ts';

let server: Server | undefined;
afterEach(() => server?.close());

it('says that the authority is missing, also to those who ask again at once, never that there are no roots', async () => {
  server = createServer((_, response) => response.writeHead(503).end());
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const roots = new AcceptedRoots(`http://127.0.0.1:${port}`);
  await expect(roots.known()).rejects.toThrow(RootsError);
  await expect(roots.known()).rejects.toThrow(RootsError);
  await expect(roots.renewed()).rejects.toThrow(RootsError);
});
