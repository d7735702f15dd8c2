/** A name server of the test's own, over UDP: answers A, NS and TXT from a table (RFC 1035 §4.1). */
import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

export type Zone = Map<string, { A?: string[]; NS?: string[]; TXT?: string[] }>;

export interface DnsServer {
  readonly port: number;
  readonly asked: string[];
  close(): Promise<void>;
}

const types = { 1: 'A', 2: 'NS', 16: 'TXT' } as const;

export async function startDnsServer(zone: Zone): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const { name, end, type } = readQuestion(query);
    asked.push(name);
    const kind = types[type as keyof typeof types];
    const records = (kind && zone.get(name)?.[kind]) ?? [];
    const data = records.map((text) =>
      kind === 'A' ? addressData(text) : kind === 'NS' ? nameData(text) : textData(text),
    );
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(zone.has(name) ? 0x8580 : 0x8583, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(data.length, 6);
    const answers = data.map((bytes) => {
      const record = Buffer.alloc(12);
      record.writeUInt16BE(0xc00c, 0);
      record.writeUInt16BE(type, 2);
      record.writeUInt16BE(1, 4);
      record.writeUInt16BE(bytes.length, 10);
      return Buffer.concat([record, bytes]);
    });
    socket.send(Buffer.concat([head, query.subarray(12, end), ...answers]), from.port, from.address);
  });
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
  return {
    port: (socket.address() as AddressInfo).port,
    asked,
    close: () => new Promise((closed) => socket.close(() => closed())),
  };
}

function readQuestion(query: Buffer): { name: string; end: number; type: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(
      query
        .subarray(at + 1, at + 1 + length)
        .toString('latin1')
        .toLowerCase(),
    );
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 5, type: query.readUInt16BE(at + 1) };
}

function addressData(text: string): Buffer {
  return Buffer.from(text.split('.').map(Number));
}

function nameData(text: string): Buffer {
  const labels = text.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function textData(text: string): Buffer {
  return Buffer.from([text.length, ...Buffer.from(text)]);
}
