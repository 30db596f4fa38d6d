import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

it('finds a name with a slip of the pen, or in another case, and no other', () => {
  const names = ['image', 'replicaCount', 'ingress', 'a'];
  expect(nearestName('images', names)).toBe('image');
  expect(nearestName('replicacount', names)).toBe('replicaCount');
  expect(nearestName('ingres', names)).toBe('ingress');
  expect(nearestName('service', names)).toBeUndefined();
  expect(nearestName('xyz', names)).toBeUndefined();
  expect(nearestName('image', ['image'])).toBeUndefined();
});
