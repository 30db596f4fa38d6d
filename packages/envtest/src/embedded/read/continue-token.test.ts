import { describe, expect, it } from 'vitest';

import { decodeContinue, encodeContinue } from './continue-token.ts';

describe('continue tokens', () => {
  it('say where to go on', () => {
    const point = { revision: 215, after: 'settings' };
    expect(decodeContinue(encodeContinue(point))).toEqual(point);
    expect(JSON.parse(Buffer.from(encodeContinue(point), 'base64url').toString())).toEqual({
      v: 'meta.k8s.io/v1',
      rv: 215,
      start: '/settings\u0000',
    });
  });

  it('are refused when they are not ours', () => {
    const token = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    expect(() => decodeContinue('xyz')).toThrow('continue key is not valid');
    expect(() => decodeContinue(token({ v: 'other', rv: 1, start: 'a' }))).toThrow('does not recognize');
    expect(() => decodeContinue(token({ v: 'meta.k8s.io/v1', start: 'a' }))).toThrow(
      'continue key is not valid',
    );
  });
});
