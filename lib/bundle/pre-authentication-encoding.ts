/** DSSE, secure-systems-lab/dsse protocol.md: what is signed is not the payload but PAE(type, payload). */
import { concat, utf8 } from '#lib/encoding/bytes.ts';

/** "DSSEv1" SP LEN(type) SP type SP LEN(payload) SP payload; lengths in bytes. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8(payloadType);
  return concat(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload);
}
