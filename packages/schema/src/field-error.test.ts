import { describe, expect, it } from 'vitest';
import { fieldError, invalidMessage, notSupported, tooLong, tooMany } from './index.ts';

describe('fieldError', () => {
  it('shows the value where the type shows values', () => {
    expect(fieldError('FieldValueInvalid', 'a', -1, 'must be more').message).toBe(
      'Invalid value: -1: must be more',
    );
    expect(fieldError('FieldValueDuplicate', 'a', { k: 1 }).message).toBe('Duplicate value: {"k":1}');
    expect(fieldError('FieldValueRequired', 'a', 'x').message).toBe('Required value');
    expect(fieldError('FieldValueForbidden', 'a', 'x', 'not here').message).toBe('Forbidden: not here');
    expect(fieldError('FieldValueNotFound', 'a', 'x').message).toBe('Not found: "x"');
    expect(fieldError('InternalError', 'a', 'x', 'broken').message).toBe('Internal error: broken');
  });
});

describe('notSupported', () => {
  it('lists what would be', () => {
    expect(notSupported('a', 3, ['x', 1, true]).message).toBe(
      'Unsupported value: 3: supported values: "x", "1", "true"',
    );
    expect(notSupported('a', ['Foo'], []).message).toBe('Unsupported value: ["Foo"]');
  });
});

describe('tooLong and tooMany', () => {
  it('count in the right number', () => {
    expect(tooLong('a', 1).message).toBe('Too long: may not be more than 1 byte');
    expect(tooLong('a', 2).message).toBe('Too long: may not be more than 2 bytes');
    expect(tooMany('a', 2, 1).message).toBe('Too many: 2: must have at most 1 item');
    expect(tooMany('a', 3, 2).message).toBe('Too many: 3: must have at most 2 items');
  });
});

describe('invalidMessage', () => {
  const required = fieldError('FieldValueRequired', 'spec.a', undefined);

  it('puts one error as it is', () => {
    expect(invalidMessage({ group: 'apps', version: 'v1', kind: 'Deployment' }, 'web', [required])).toBe(
      'Deployment.apps "web" is invalid: spec.a: Required value',
    );
  });

  it('puts several in brackets, each once, and the core group without a dot', () => {
    const other = fieldError('FieldValueInvalid', 'spec.b', 'x', 'bad');
    expect(invalidMessage({ group: '', kind: 'Pod' }, 'a"b', [required, other, required])).toBe(
      'Pod "a\\"b" is invalid: [spec.a: Required value, spec.b: Invalid value: "x": bad]',
    );
  });
});
