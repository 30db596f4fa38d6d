import { describe, expect, it } from 'vitest';
import { splitManifests } from './split-manifests.ts';

describe('splitManifests', () => {
  it.each([
    ['a: 1\n---\nb: 2\n', ['a: 1', 'b: 2'], ['a: 1', 'b: 2\n']],
    ['\n---\na: 1\n\n\n--- # note\nb: 2', ['a: 1', '# note\nb: 2'], ['a: 1', '# note\nb: 2']],
    ['---\n---\na: 1', ['---\na: 1'], ['---\na: 1']],
    ['a: 1\n---apiVersion: v1', ['a: 1', 'apiVersion: v1'], ['a: 1', 'apiVersion: v1']],
    ['a: |\n  text\n\n', ['a: |\n  text'], ['a: |\n  text\n\n']],
    [' \n', [], []],
    ['a: 1\n---\n \n', ['a: 1'], ['a: 1']],
  ])('%j', (text, v3, v4) => {
    expect(splitManifests(text, 'v3')).toEqual(v3);
    expect(splitManifests(text, 'v4')).toEqual(v4);
  });
});
