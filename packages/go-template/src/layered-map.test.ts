import { describe, expect, it } from 'vitest';
import { LayeredMap } from './layered-map.ts';

const entry = (name: string) => ({ name });

describe('LayeredMap', () => {
  it('gives a copy that knows nothing of what comes later, and the other way around', () => {
    const map = new LayeredMap([['a', entry('one')]]);
    const copy = map.copy();
    map.set('a', entry('two'));
    copy.set('b', entry('three'));
    expect([map.get('a')?.name, copy.get('a')?.name]).toEqual(['two', 'one']);
    expect([map.has('b'), copy.has('b')]).toEqual([false, true]);
  });

  it('has its keys in the order in which they came, through copies of copies', () => {
    const copy = new LayeredMap([['b', entry('1')]]).copy();
    copy.set('a', entry('2'));
    const last = copy.copy();
    last.set('b', entry('3'));
    last.set('c', entry('4'));
    expect(last.keys()).toEqual(['b', 'a', 'c']);
    expect(last.get('b')?.name).toBe('3');
  });
});
