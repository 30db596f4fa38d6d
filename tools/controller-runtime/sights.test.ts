import { describe, expect, it } from 'vitest';
import { findOutOfOrder, type Sight } from './sights.ts';

function sight(version: string, value: string, more: Partial<Sight> = {}): Sight {
  return { name: 'a', uid: '1', version, value, deleting: false, ...more };
}

describe('findOutOfOrder', () => {
  it('is content with states that only grow, also where one is seen twice', () => {
    expect(findOutOfOrder([sight('9', '1'), sight('10', '1'), sight('10', '1')])).toEqual([]);
  });

  it('tells of a version, a value or a life that came back', () => {
    expect(findOutOfOrder([sight('10', '2'), sight('9', '2')])).toEqual([
      'a: version 9 (2) was seen after 10 (2)',
    ]);
    expect(findOutOfOrder([sight('10', '10'), sight('11', '9')])).toHaveLength(1);
    expect(findOutOfOrder([sight('10', '1', { deleting: true }), sight('11', '1')])).toHaveLength(1);
  });

  it('knows another object of the same name', () => {
    expect(findOutOfOrder([sight('10', '2'), sight('5', '1', { uid: '2' })])).toEqual([]);
  });
});
