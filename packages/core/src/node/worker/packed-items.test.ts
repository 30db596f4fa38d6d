import { describe, expect, it } from 'vitest';
import { NumberLiteral } from '../../number-literal.ts';
import { createRecord, setOwn } from '../../record.ts';
import { packItems, unpackItems } from './packed-items.ts';

const LIMITS = { maxOutputBytes: 1024 * 1024, maxItemBytes: 1024 * 1024 };
const roundTrip = async (items: unknown[]): Promise<unknown[]> =>
  unpackItems(structuredClone(packItems(items, LIMITS)));

/** A map as the parsers make it. */
function record(entries: Record<string, unknown>): Record<string, unknown> {
  const made = createRecord();
  for (const [key, value] of Object.entries(entries)) setOwn(made, key, value);
  return made;
}

describe('packItems', () => {
  it('brings over what the parsers give, exactly', async () => {
    const items = [
      record({
        port: new NumberLiteral('0x1F', '31'),
        list: [1, [new NumberLiteral('12345678901234567890')]],
      }),
      record({ not: Number.NaN, inf: [Infinity, -Infinity], zero: -0, nothing: null, yes: true }),
      record({ text: 'ä\ud800\u2028"', [`a.b/c`]: [record({})] }),
      'plain',
      new NumberLiteral('1.10', '1.10'),
    ];
    expect(await roundTrip(items)).toStrictEqual(items);
  });

  it('makes maps that inherit nothing', async () => {
    const item = JSON.parse('{"__proto__": {"constructor": 1}}') as unknown;
    const [map] = (await roundTrip([item])) as [Record<string, unknown>];
    expect(Object.keys(map)).toEqual(['__proto__']);
    expect(map['constructor']).toBeUndefined();
  });

  it('cuts what is long into pieces', async () => {
    const items = Array.from({ length: 5000 }, (_, i) => record({ number: i, text: 'x'.repeat(100) }));
    const packed = packItems(items, LIMITS);
    expect(packed.chunks.length).toBeGreaterThan(5);
    expect(Math.max(...packed.chunks.map(({ length }) => length))).toBeLessThan(100_000);
    expect(await unpackItems(packed)).toStrictEqual(items);
  });

  it('counts bytes and not characters', () => {
    const limits = { maxOutputBytes: 1000, maxItemBytes: 25 };
    expect(() => packItems(['ä'.repeat(12)], limits)).toThrow(
      'one item of the result has more than 25 bytes',
    );
    expect(packItems(['a'.repeat(23)], limits).chunks).toHaveLength(1);
    const failure = expect.objectContaining({ code: 'WORKER_OUTPUT_LIMIT' });
    expect(() =>
      packItems(
        Array.from({ length: 100 }, () => 'a'.repeat(20)),
        limits,
      ),
    ).toThrow(failure);
  });
});
