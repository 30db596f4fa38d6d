import { describe, expect, it } from 'vitest';
import { parseLabelSelector } from './label-selector.ts';

const labels = { app: 'web', tier: 'front', 'example.com/team': 'blue', empty: '', weight: '10' };

describe('parseLabelSelector', () => {
  it.each([
    ['', true],
    ['app=web', true],
    ['app==web,tier=front', true],
    ['app = web , tier != back', true],
    ['app!=web', false],
    ['missing!=x', true],
    ['tier in (front, back)', true],
    ['tier notin (front,back)', false],
    ['missing notin (a)', true],
    ['missing in (a)', false],
    ['example.com/team', true],
    ['!example.com/team', false],
    ['!missing', true],
    ['empty=', true],
    ['app in (web),!missing,tier', true],
    ['constructor', false],
    ['weight > 9', true],
    ['weight>10', false],
    ['weight<11,weight>-1', true],
    ['app>0', false],
    ['missing<1', false],
  ])('%s is %s', (selector, isMatch) => {
    expect(parseLabelSelector(selector)(labels)).toBe(isMatch);
  });

  it('matches nothing but absence where there are no labels', () => {
    expect(parseLabelSelector('a')(undefined)).toBe(false);
    expect(parseLabelSelector('!a')(undefined)).toBe(true);
  });

  it.each(['a in b', 'a=b=c', '=a', 'a in (b', 'a,', '!', 'a>b', 'a>'])('refuses %j', (selector) => {
    expect(() => parseLabelSelector(selector)).toThrow(SyntaxError);
  });
});
