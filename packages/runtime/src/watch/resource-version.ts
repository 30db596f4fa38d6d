/**
 * Whether one version is at least as new as another of the same kind. Versions are numbers of one
 * growing sequence; servers that write anything else give `undefined`.
 */
export function isAtLeast(version: string, other: string): boolean | undefined {
  if (version === other) return true;
  if (!/^\d+$/.test(version) || !/^\d+$/.test(other)) return undefined;
  return version.length === other.length ? version > other : BigInt(version) >= BigInt(other);
}
