/**
 * ASN.1 values in DER: as much of it as a certificate needs.
 *
 * @module
 */

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size]);
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

/** A value of any tag, made of the encodings of its parts. */
export function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

/** A SEQUENCE. */
export const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, ...parts);
/** A SET. */
export const set = (...parts: readonly Buffer[]): Buffer => tagged(0x31, ...parts);
/** An OCTET STRING. */
export const octets = (content: Buffer): Buffer => tagged(0x04, content);
/** A BIT STRING, whose last byte has some unused bits. */
export const bits = (content: Buffer, unused = 0): Buffer => tagged(0x03, Buffer.from([unused]), content);
/** A UTF8String. */
export const utf8 = (text: string): Buffer => tagged(0x0c, Buffer.from(text, 'utf8'));
/** A BOOLEAN. */
export const boolean = (value: boolean): Buffer => tagged(0x01, Buffer.from([value ? 0xff : 0]));

/** A positive integer from its big-endian bytes. */
export function integer(bytes: Buffer): Buffer {
  return tagged(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** An OBJECT IDENTIFIER from its dotted form. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tagged(0x06, Buffer.from(bytes));
}

/** A moment as UTCTime, or GeneralizedTime from the year 2050 on, as RFC 5280 asks. */
export function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return Number(text.slice(0, 4)) >= 2050
    ? tagged(0x18, Buffer.from(`${text}Z`))
    : tagged(0x17, Buffer.from(`${text.slice(2)}Z`));
}
