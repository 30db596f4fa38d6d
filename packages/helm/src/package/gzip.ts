import { joinBytes } from '../bytes/join-bytes.ts';

/** What Helm puts into the header of its packages: a mark of its own, and its name. */
const EXTRA = '+aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo=';
const COMMENT = 'Helm';

const HAS_EXTRA = 0x04;
const HAS_COMMENT = 0x10;
const UNKNOWN_SYSTEM = 0xff;

/** Compresses as gzip does, with Helm's header, which has no time and no name. */
export async function gzipAsHelm(pieces: readonly Uint8Array[]): Promise<Uint8Array> {
  let checksum = 0xffffffff;
  let length = 0;
  for (const piece of pieces) {
    checksum = updateChecksum(checksum, piece);
    length += piece.length;
  }
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, ~checksum >>> 0, true);
  trailer.setUint32(4, length >>> 0, true);
  return joinBytes([header(), await deflated(pieces), new Uint8Array(trailer.buffer)]);
}

function header(): Uint8Array {
  const extra = new TextEncoder().encode(EXTRA);
  const flags = HAS_EXTRA | HAS_COMMENT;
  const fixed = [0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, UNKNOWN_SYSTEM, extra.length, 0];
  return joinBytes([Uint8Array.from(fixed), extra, new TextEncoder().encode(`${COMMENT}\0`)]);
}

async function deflated(pieces: readonly Uint8Array[]): Promise<Uint8Array> {
  const stream = new Blob(pieces as readonly Uint8Array<ArrayBuffer>[] as Uint8Array<ArrayBuffer>[])
    .stream()
    .pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

let table: Uint32Array | undefined;

/** The remainder of each byte by the polynomial of CRC-32. */
function remainders(): Uint32Array {
  return (table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
    return value;
  }));
}

function updateChecksum(checksum: number, data: Uint8Array): number {
  const known = remainders();
  let value = checksum;
  for (const byte of data) value = (value >>> 8) ^ known[(value ^ byte) & 0xff]!;
  return value;
}
