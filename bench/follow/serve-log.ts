/** Serves a folder over HTTP on a free port and prints the port: `serve-log.ts FOLDER`. A process of its own. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';

const folder = process.argv[2] ?? '';
const server = createServer((request, response) => {
  const file = join(folder, normalize(`/${(request.url ?? '').replace('/api/v2/', '')}`));
  readFile(file).then(
    (bytes) => response.end(bytes),
    () => response.writeHead(404).end(),
  );
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.on('message', () => process.send?.(process.cpuUsage()));
process.on('disconnect', () => process.exit(0));
