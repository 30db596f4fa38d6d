/** Gives numbers in [0, 1): the same ones for the same seed and text, and unlike those of any other. */
export function seededNumbers(seed: number, text: string): () => number {
  let state = (seed ^ fingerprint(text)) >>> 0;
  // The generator known as mulberry32: 32 bits of state are plenty for a handful of choices.
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** FNV-1a of the text's code units, mixed once more so that texts that differ in their last letter are far apart. */
function fingerprint(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 15)) >>> 0;
}
