/** A Rekor v1 log over HTTP: of each entry what it answered when the entry was made. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import { fromBase64 } from '#lib/encoding/base64.ts';
import type { SigningServicesInMemory } from '#tests/harness/signing-services.ts';

export async function serveEntriesV1(
  services: SigningServicesInMemory,
): Promise<{ readonly url: string; readonly publicKey: Uint8Array }> {
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    void services
      .send({ method: 'GET', url: `https://log.test${request.url ?? ''}`, headers: {} })
      .then(({ body }) => response.end(body));
  });
  server.listen(0);
  await once(server, 'listening');
  afterAll(() => server.close());
  const [log] = (services.trustedRoot as { tlogs: { publicKey: { rawBytes: string } }[] }).tlogs;
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    publicKey: fromBase64(log?.publicKey.rawBytes ?? '') ?? new Uint8Array(0),
  };
}
