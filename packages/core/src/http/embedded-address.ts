/**
 * The address of IPv4 that one of IPv6 stands for, which is what is reached by it where the network translates:
 * mapped and compatible ones (RFC 4291), NAT64 (RFC 6052, 8215), stateless translation (RFC 7915), 6to4 (RFC 3056).
 *
 * @param address of IPv6, without a zone
 */
export function embeddedAddress(address: string): string | undefined {
  const groups = groupsOf(address);
  const [g0, g1, g2] = groups;
  const prefix = groups.slice(0, 6).join(',');
  // Below 1.0.0.0 there are only `::` and `::1`, which are what they are.
  const isCompatible = prefix === '0,0,0,0,0,0' && groups[6] !== 0;
  const isTranslated = prefix === '0,0,0,0,0,65535' || prefix === '0,0,0,0,65535,0';
  const isNat64 = g0 === 0x64 && g1 === 0xff9b;
  if (isCompatible || isTranslated || isNat64) return dotted(groups[6], groups[7]);
  return g0 === 0x2002 ? dotted(g1, g2) : undefined;
}

/** The eight numbers of an address of IPv6. */
function groupsOf(address: string): number[] {
  // The parser of URLs knows every spelling, and writes four numbers at the end as two groups.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [front = [], back = []] = text
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))));
  return [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
}

function dotted(high = 0, low = 0): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}
