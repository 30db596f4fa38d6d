/** How an IPv4 address may be written. */
interface Ipv4Options {
  /** Whether `010.0.0.1` is 10.0.0.1, as Go read it before 1.17 and Kubernetes goes on reading it. */
  readonly leadingZeros: boolean;
}

/** Whether a text is four decimal bytes with dots between. */
export function isIpv4(text: string, options: Ipv4Options): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => isByte(part, options));
}

function isByte(part: string, options: Ipv4Options): boolean {
  if (!/^\d+$/.test(part) || (part.length > 1 && part.startsWith('0') && !options.leadingZeros)) return false;
  return Number(part) <= 255;
}

/** Whether a text is an IPv6 address: groups of hexadecimal digits, one `::`, an IPv4 tail. No zone. */
export function isIpv6(text: string, options: Ipv4Options): boolean {
  const halves = text.split('::');
  if (halves.length > 2 || !text.includes(':')) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  const last = all.at(-1);
  let size = all.length;
  if (last?.includes('.')) {
    // The tail stands at the very end, for two groups.
    if (!isIpv4(last, options) || text.endsWith('::')) return false;
    all.pop();
    size++;
  }
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? size < 8 : size === 8;
}

/** Whether a text is an address of either family, leading zeros allowed, with a length of its prefix. */
export function isCidr(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(length)) return false;
  const sloppy = { leadingZeros: true };
  if (isIpv4(address, sloppy)) return Number(length) <= 32;
  return isIpv6(address, sloppy) && Number(length) <= 128;
}
