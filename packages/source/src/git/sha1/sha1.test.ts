import { hash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { requireUnique } from '../object-format.ts';
import { messageDifference } from './disturbance-vectors.ts';
import { sha1 } from './sha1.ts';

/** The first collision of SHA-1: a prefix of 192 bytes, and the two blocks of the first message (Stevens et al., 2017). */
const published = [
  'JVBERi0xLjMKJeLjz9MKCgoxIDAgb2JqCjw8L1dpZHRoIDIgMCBSL0hlaWdodCAzIDAgUi9UeXBlIDQgMCBSL1N1YnR5cGUgNSAw',
  'IFIvRmlsdGVyIDYgMCBSL0NvbG9yU3BhY2UgNyAwIFIvTGVuZ3RoIDggMCBSL0JpdHNQZXJDb21wb25lbnQgOD4+CnN0cmVhbQr/',
  '2P/+ACRTSEEtMSBpcyBkZWFkISEhISGFL+wJIzl1nDmxocY8TJfh//4Bc0bckWa2fhGPApq2IbJWD/nKZ8yox/hbqEx5AwwrPeIY',
  '+G2zqQkB1d9FwU8m/t+z3DjpasIv571yjw5FvOBG0jxXD+sUE5i7VS71oKgr4zH+pIA3uLXXHw4zLt+TrDUA603cDezBqGR5DHgs',
  'diFWYN0wl5HQa9CvP5jNpLxGKbE=',
].join('');

/** Both messages: the blocks of the other differ by the message difference of the vector II(52,0). */
function collision(): [Buffer, Buffer] {
  const first = Buffer.from(published, 'base64');
  const second = Buffer.from(first);
  const difference = messageDifference({ type: 'II', step: 52, bit: 0 });
  for (let at = 192; at < second.length; at += 4)
    second.writeInt32BE(second.readInt32BE(at) ^ difference[(at / 4) % 16]!, at);
  return [first, second];
}

describe('SHA-1', () => {
  it('is that of FIPS 180-4 for messages of every length, with and without a header', () => {
    const lengths = [...Array(300).keys(), 65_527, 65_528, 65_535, 65_536, 65_537, 200_000];
    for (const length of lengths) {
      const message = randomBytes(length);
      const expected = { digest: hash('sha1', message), collision: false };
      expect(sha1('', message), `${length} bytes`).toEqual(expected);
      const digest = hash('sha1', Buffer.concat([Buffer.from('blob 1\0'), message]));
      expect(sha1('blob 1\0', message).digest).toEqual(digest);
    }
  });

  it('SEC-GIT-06: notices both messages of a collision, whatever follows', () => {
    const [first, second] = collision();
    expect(first.equals(second)).toBe(false);
    expect(hash('sha1', first)).toBe(hash('sha1', second));
    for (const message of [first, second]) {
      expect(sha1('', message)).toEqual({ digest: hash('sha1', message), collision: true });
      expect(sha1('', Buffer.concat([message, randomBytes(100_000)])).collision).toBe(true);
    }
  });

  it('SEC-GIT-06: lets no object have the id of a collision', () => {
    const [first] = collision();
    expect(() => requireUnique('blob', sha1('', first))).toThrow(
      expect.objectContaining({
        code: 'GIT_COLLISION',
        message: expect.stringContaining(hash('sha1', first)),
      }),
    );
  });

  it('SEC-GIT-06: takes what only looks like it (legitimate)', () => {
    const [first, second] = collision();
    expect(sha1('', first.subarray(0, 256)).collision, 'the first of the two blocks alone').toBe(false);
    const mixed = Buffer.concat([first.subarray(0, 256), second.subarray(256)]);
    expect(sha1('', mixed).collision, 'blocks of both messages').toBe(false);
    expect(
      sha1('', randomBytes(5_000_000)).collision,
      'a few thousand blocks of which all conditions hold',
    ).toBe(false);
  });
});
