import { compareStrings } from './go-string.ts';
import type { GoMap } from './typed.ts';

const SURROGATE = /[\ud800-\udfff]/;

/** The keys of a map in Go's order, by bytes. */
export function sortedKeys(map: GoMap): string[] {
  const keys = Object.keys(map);
  // JavaScript's own order is that of UTF-16 units, which differs from that of bytes where there are surrogates alone.
  for (let i = 1; i < keys.length; i++) {
    if ((keys[i - 1] as string) > (keys[i] as string)) {
      keys.sort();
      break;
    }
  }
  return keys.some((key) => SURROGATE.test(key)) ? keys.sort(compareStrings) : keys;
}
