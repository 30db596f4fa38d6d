import { describe, expect, it } from 'vitest';
import { ByteLines } from './byte-lines.ts';

const lines = (chunks: readonly string[], maxBytes = 100): { lines: string[]; rest: string } => {
  const splitter = new ByteLines(maxBytes);
  const all = chunks.flatMap((chunk) => [...splitter.push(Buffer.from(chunk))]);
  return { lines: all, rest: splitter.rest() };
};

describe('2.1 ByteLines', () => {
  it('cuts at line ends, wherever the chunks end', () => {
    expect(lines(['a\nb', 'c', 'd\n', '\ne'])).toEqual({ lines: ['a', 'bcd'], rest: 'e' });
  });

  it('leaves out empty lines', () => {
    expect(lines(['\n\r\n a\n'])).toEqual({ lines: [' a'], rest: '' });
  });

  it('gives many lines of one chunk', () => {
    expect(lines(['a\nb\nc\n']).lines).toEqual(['a', 'b', 'c']);
  });

  it('counts the bytes of a line over all its chunks', () => {
    expect(() => lines(['12345', '6789', '01'], 10)).toThrow(
      expect.objectContaining({ code: 'KUBE_RESPONSE_TOO_LARGE' }),
    );
    expect(lines(['12345\n', '67890\n'], 6).lines).toHaveLength(2);
  });
});
