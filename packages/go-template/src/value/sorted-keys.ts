import { compareStrings } from './go-string.ts';
import type { GoMap } from './typed.ts';

/** The keys of a map in Go's order, by bytes. */
export function sortedKeys(map: GoMap): string[] {
  const keys = Object.keys(map);
  return keys.length < 2 ? keys : keys.sort(compareStrings);
}
