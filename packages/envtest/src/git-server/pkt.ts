/** A line of git's protocol, or one of its marks. */
export type Pkt = Buffer | 'flush' | 'delimiter' | 'end';

/** A line with its length before it. */
export function pkt(line: string | Uint8Array): Buffer {
  const data = Buffer.from(line as string);
  return Buffer.concat([Buffer.from((data.length + 4).toString(16).padStart(4, '0')), data]);
}

export const FLUSH: Buffer = Buffer.from('0000');
export const DELIMITER: Buffer = Buffer.from('0001');

/** Takes a message apart into lines, up to where lines end and a pack begins. */
export function parsePkts(message: Buffer): { pkts: Pkt[]; rest: Buffer } {
  const pkts: Pkt[] = [];
  let at = 0;
  while (at + 4 <= message.length) {
    const text = message.toString('latin1', at, at + 4);
    if (!/^[0-9a-f]{4}$/i.test(text)) break;
    const length = Number.parseInt(text, 16);
    if (length < 4) {
      pkts.push(length === 0 ? 'flush' : length === 1 ? 'delimiter' : 'end');
      at += 4;
    } else {
      pkts.push(message.subarray(at + 4, at + length));
      at += length;
    }
  }
  return { pkts, rest: message.subarray(at) };
}

/** A line as text without its line end; a mark as it is. */
export function pktText(line: Pkt): string {
  return typeof line === 'string' ? line : line.toString('utf8').replace(/\n$/, '');
}

/** Bytes in a band of a multiplexed answer, cut into lines. */
export function sideband(band: number, data: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < data.length; at += 65_515) {
    lines.push(pkt(Buffer.concat([Buffer.from([band]), data.subarray(at, at + 65_515)])));
  }
  return lines;
}
