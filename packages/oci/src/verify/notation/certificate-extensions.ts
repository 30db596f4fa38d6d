import { invalid } from '../read.ts';

interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

/** The extensions of a certificate in DER (RFC 5280, 4.1), by the hex of their object identifier: Node shows only some of them. */
export function extensionsOf(der: Buffer): ReadonlyMap<string, Buffer> {
  const extensions = new Map<string, Buffer>();
  const certificate = elements(only(der).content)[0];
  const wrapper = certificate && elements(certificate.content).find(({ tag }) => tag === 0xa3);
  if (!wrapper) return extensions;
  for (const { content } of elements(only(wrapper.content).content)) {
    const parts = elements(content);
    const [id] = parts;
    const value = parts.at(-1);
    if (id && value) extensions.set(id.content.toString('hex'), value.content);
  }
  return extensions;
}

/** Whether the bit of a BIT STRING is set, the first being 0. */
export function hasBit(bitString: Buffer, bit: number): boolean {
  const bytes = only(bitString).content.subarray(1);
  return ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0;
}

function only(bytes: Buffer): Element {
  const [first] = elements(bytes);
  if (!first) throw invalid('A certificate of the signature cannot be read');
  return first;
}

function elements(bytes: Buffer): readonly Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0;
    const more = first & 0x80 ? first & 0x7f : 0;
    const size =
      more === 0
        ? first
        : more <= 4
          ? bytes.subarray(at + 2, at + 2 + more).reduce((sum, byte) => sum * 256 + byte, 0)
          : Infinity;
    const start = at + 2 + more;
    if (start + size > bytes.length) throw invalid('A certificate of the signature cannot be read');
    found.push({ tag, content: bytes.subarray(start, start + size) });
    at = start + size;
  }
  return found;
}
