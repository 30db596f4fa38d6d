import { encodeJson } from '@gitops-toolkit/go-template';
import { describe, expect, it } from 'vitest';
import { userValues, type ValuesInput } from './user-values.ts';

const values = (input: ValuesInput, dialect: 'v3' | 'v4' = 'v4'): string =>
  encodeJson(userValues(input, dialect));

describe('userValues', () => {
  it('merges files in their order, and flags by their kind', () => {
    const files = [
      { name: 'a.yaml', text: 'm: {x: 1, w: 1}\nl: [1, 2]\n' },
      { name: 'b.yaml', text: 'm: {w: 2}\nl: [3]\n' },
    ];
    expect(values({ files })).toBe('{"l":[3],"m":{"w":2,"x":1}}');
    expect(values({ files, setString: ['m.x=s'], set: ['m.x=2', 'm.z=3'] })).toBe(
      '{"l":[3],"m":{"w":2,"x":"s","z":3}}',
    );
  });

  it('takes a whole object as JSON with Helm 4', () => {
    expect(values({ setJson: ['{"a":{"b":1}}', 'a.c=[2]'] })).toBe('{"a":{"b":1,"c":[2]}}');
    expect(() => values({ setJson: ['{"a":1}'] }, 'v3')).toThrow('failed parsing --set-json data {"a":1}');
  });

  it('HELM_VALUES_INVALID says which input is wrong', () => {
    expect(() => values({ files: [{ name: 'a.yaml', text: 'a: [' }] })).toThrow(
      expect.objectContaining({ code: 'HELM_VALUES_INVALID', source: { file: 'a.yaml' } }) as Error,
    );
    expect(() => values({ set: ['a'] })).toThrow('failed parsing --set data: key "a" has no value');
    expect(() => values({ setFile: ['a=b'] })).toThrow(
      'failed parsing --set-file data: no files can be read here',
    );
  });
});
