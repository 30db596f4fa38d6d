import { describe, expect, it } from 'vitest';
import { parseWarnings } from './warnings.ts';

describe('2.12 parseWarnings', () => {
  it.each([
    [undefined, []],
    ['299 - "v1beta1 is deprecated"', ['v1beta1 is deprecated']],
    ['299 - "a \\"quoted\\" word, and a comma"', ['a "quoted" word, and a comma']],
    ['299 - "one", 299 - "two"', ['one', 'two']],
    ['299 - "dated" "Sat, 25 Aug 2012 23:34:45 GMT"', ['dated']],
    ['199 agent "not for us"', []],
    ['nonsense', []],
  ])('reads %s', (header, texts) => {
    expect(parseWarnings(header)).toEqual(texts);
  });

  it('reads several headers', () => {
    expect(parseWarnings(['299 - "a"', '299 - "b"'])).toEqual(['a', 'b']);
  });
});
