import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bitConditions } from './bit-conditions.ts';
import { BLOCK_BYTES, createBlockProgram, LANES, LAYOUT } from './block-program.ts';
import { FIRST_VECTOR_STEP, rotateLeft, VECTOR_CLASSES } from './disturbance-vectors.ts';

function expandedMessage(block: Buffer): number[] {
  const words = Array.from({ length: 16 }, (_, n) => block.readInt32BE(n * 4));
  for (let t = 16; t < 80; t++)
    words.push(rotateLeft(words[t - 3]! ^ words[t - 8]! ^ words[t - 14]! ^ words[t - 16]!, 1));
  return words;
}

/** The candidates by a pair of classes, one vector and one condition after the other. */
function candidatesOf(words: readonly number[], pair: (typeof VECTOR_CLASSES)[number]): number {
  let candidates = 0;
  for (const [half, vectors] of pair.entries())
    for (const step of vectors.steps) {
      const holds = bitConditions(vectors)
        .filter((condition) => condition.steps.includes(step))
        .every(({ bits: [first, second], differ }) => {
          const [a, b] = [first, second].map((bit) => (words[step + bit.step]! >>> bit.bit) & 1);
          return (a !== b) === differ;
        });
      if (holds) candidates |= 1 << (half * 16 + step - FIRST_VECTOR_STEP);
    }
  return candidates;
}

describe('createBlockProgram', () => {
  it('finds the candidates of four blocks at a time that their conditions say', () => {
    const program = createBlockProgram();
    const input = new Uint8Array(program.memory, LAYOUT.input);
    const found = new Int32Array(program.memory, LAYOUT.candidates, VECTOR_CLASSES.length * LANES);
    let count = 0;
    for (let round = 0; round < 500; round++) {
      const group = randomBytes(LANES * BLOCK_BYTES);
      input.set(group);
      program.compress(LAYOUT.input, LAYOUT.input + group.length);
      const blocks = Array.from({ length: LANES }, (_, n) =>
        expandedMessage(group.subarray(n * BLOCK_BYTES, (n + 1) * BLOCK_BYTES)),
      );
      const expected = VECTOR_CLASSES.flatMap((pair) => blocks.map((words) => candidatesOf(words, pair)));
      expect([...found]).toEqual(expected);
      count += expected.filter((candidates) => candidates !== 0).length;
    }
    expect(count).toBeGreaterThan(10);
  });
});
