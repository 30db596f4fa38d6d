/** Whether a text is an IP address as Go's `net.ParseIP` reads it. */
export function isAddress(text: string): boolean {
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(text)) {
    return text.split('.').every((part) => Number(part) <= 255 && (part === '0' || !part.startsWith('0')));
  }
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(':')) return false;
  const embedded = /^(.*:)((?:\d{1,3}\.){3}\d{1,3})$/.exec(text);
  if (embedded) return isAddress(embedded[2] ?? '') && isAddress(`${embedded[1]}0:0`);
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? groups.length < 8 : groups.length === 8;
}
