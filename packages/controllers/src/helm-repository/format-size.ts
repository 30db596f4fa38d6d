const UNITS = ['B', 'kB', 'MB', 'GB'];

/** A number of bytes for people, in powers of a thousand with four digits: `52.43MB`. */
export function formatSize(bytes: number): string {
  let [size, unit] = [bytes, 0];
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${Number(size.toPrecision(4))}${UNITS[unit]}`;
}
