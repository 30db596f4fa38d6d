import { describe, expect, it } from 'vitest';
import { failure } from '../testing/build-files.ts';
import { parseLabelSelector } from './label-selector.ts';

const labels = { app: 'web', tier: 'front', 'shop.example.com/version': '3' };

describe('parseLabelSelector', () => {
  it.each([
    ['', true],
    ['app=web', true],
    ['app==web, tier = front', true],
    ['app=web,tier=back', false],
    ['app!=web', false],
    ['owner!=web', true],
    ['app in (web, api)', true],
    ['app in (api),tier', false],
    ['tier notin (back,middle)', true],
    ['owner notin (x)', true],
    ['app', true],
    ['owner', false],
    ['!owner', true],
    ['! app', false],
    ['shop.example.com/version>2', true],
    ['shop.example.com/version<3', false],
    ['constructor', false],
  ])('says of %j: %s', (selector, matches) => {
    expect(parseLabelSelector(selector)(labels)).toBe(matches);
  });

  it.each(['app in web', '=web', 'a b', 'app in (web'])('refuses %j', (selector) => {
    expect(failure(() => parseLabelSelector(selector)).code).toBe('KUSTOMIZE_INVALID_CONFIG');
  });
});
