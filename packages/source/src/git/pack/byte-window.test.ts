import { describe, expect, it } from 'vitest';
import { ByteWindow } from './byte-window.ts';

const DATA = Uint8Array.from({ length: 20_000 }, (_, i) => (i * 31) & 0xff);

async function* cut(sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < DATA.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield DATA.subarray(at, at + size);
    at += size;
  }
}

describe('ByteWindow', () => {
  const cuts = [[1], [7], [5000], [1, 9000, 3], [20_000], [0, 10, 0]];
  it.each(cuts.flatMap((sizes) => [true, false].map((passing) => ({ sizes, passing }))))(
    'gives every byte once and in order: $sizes, passing: $passing',
    async ({ sizes, passing }) => {
      const seen: Uint8Array[] = [];
      const window = new ByteWindow(cut(sizes), { passing });
      for (let step = 1; await window.fill(step); step = (step * 7 + 3) % 4001) {
        const at = window.consumed;
        expect(Buffer.compare(window.peek(step), DATA.subarray(at, at + step))).toBe(0);
        expect(window.peek(step + 100).length).toBeGreaterThanOrEqual(step);
        seen.push(Uint8Array.from(window.peek(Math.ceil(step / 2))));
        window.consume(Math.ceil(step / 2));
      }
      while (window.available > 0) seen.push(Uint8Array.from(window.take(window.available)));
      expect(Buffer.compare(Buffer.concat(seen), DATA)).toBe(0);
      expect(window.consumed).toBe(DATA.length);
      expect(await window.fill(1)).toBe(false);
      expect(window.peek(10)).toHaveLength(0);
    },
  );

  it.each([true, false])('joins what is larger than what it keeps for that, passing: %s', async (passing) => {
    const large = new Uint8Array(200_000).fill(1);
    const pieces = async function* () {
      yield* [large, DATA, large];
    };
    const window = new ByteWindow(pieces(), { passing });
    await window.fill(420_000);
    const whole = Buffer.concat([large, DATA, large]);
    for (const [looked, taken] of [
      [210_000, 199_999],
      [10, 5],
      [60_000, 10_000],
      [210_000, 0],
    ] as const) {
      const at = window.consumed;
      expect(whole.subarray(at, at + looked).equals(window.peek(looked))).toBe(true);
      window.consume(taken);
    }
  });

  it('keeps what it has given, unless that is only looked at', async () => {
    const window = new ByteWindow(cut([6]));
    await window.fill(100);
    const first = window.peek(10);
    window.consume(10);
    window.peek(10);
    expect([...first]).toEqual([...DATA.subarray(0, 10)]);
  });

  it('gives away what it has without a copy', async () => {
    const window = new ByteWindow(cut([100]));
    await window.fill(150);
    expect(window.take(1000).buffer).toBe(DATA.buffer);
    expect(window.consumed).toBe(100);
  });

  it('has nothing to give where nothing is', () => {
    expect(() => new ByteWindow(cut([1])).take(1)).toThrow('no bytes');
  });
});
