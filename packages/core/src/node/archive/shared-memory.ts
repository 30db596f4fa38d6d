/** As small as the first piece is, a tree of a few manifests wastes little. */
const FIRST_SLAB = 32 * 1024;
const LARGEST_SLAB = 4 * 1024 * 1024;

/**
 * A function that gives bytes in memory which threads can share, cut from few large pieces: to send a tree, each
 * piece is named once.
 */
export function createSharedAllocator(): (length: number) => Uint8Array {
  let slab = new SharedArrayBuffer(0);
  let used = 0;
  let nextSize = FIRST_SLAB;
  return (length) => {
    if (length > nextSize / 4) return new Uint8Array(new SharedArrayBuffer(length));
    if (used + length > slab.byteLength) {
      slab = new SharedArrayBuffer(nextSize);
      used = 0;
      nextSize = Math.min(2 * nextSize, LARGEST_SLAB);
    }
    used += length;
    return new Uint8Array(slab, used - length, length);
  };
}
