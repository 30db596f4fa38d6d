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
  it.each([[[1]], [[7]], [[5000]], [[1, 9000, 3]], [[20_000]], [[0, 10, 0]]])(
    'gives every byte once and in order, cut into %j',
    async (sizes) => {
      const seen: Uint8Array[] = [];
      const window = new ByteWindow(cut(sizes), (bytes) => seen.push(Uint8Array.from(bytes)));
      for (let step = 1; await window.fill(step); step = (step * 7 + 3) % 4001) {
        const at = window.consumed;
        expect(Buffer.compare(window.peek(step), DATA.subarray(at, at + step))).toBe(0);
        expect(window.peek(step + 100).length).toBeGreaterThanOrEqual(step);
        window.consume(Math.ceil(step / 2));
      }
      window.consume(window.available);
      expect(Buffer.compare(Buffer.concat(seen), DATA)).toBe(0);
      expect(window.consumed).toBe(DATA.length);
      expect(await window.fill(1)).toBe(false);
      expect(window.peek(10)).toHaveLength(0);
    },
  );

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
