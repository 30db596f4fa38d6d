import { MemoryTree } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { build } from '../build.ts';
import { FLUX_BUILD_OPTIONS } from '../build-options.ts';
import { generateKustomization } from '../flux/generate-kustomization.ts';
import { OverlayTree } from './overlay-tree.ts';

const text = (data: Uint8Array | undefined) => (data ? new TextDecoder().decode(data) : undefined);

describe('OverlayTree', () => {
  const base = MemoryTree.from({
    'app/kustomization.yaml': 'old',
    'app/web.yaml': 'web',
    link: { symlink: 'app' },
  });
  const tree = new OverlayTree(base, 'app/kustomization.yaml', new TextEncoder().encode('newer'));

  it('puts one file over another, by whatever path it is reached', () => {
    for (const path of [
      'app/kustomization.yaml',
      'app/../app/kustomization.yaml',
      'link/kustomization.yaml',
    ]) {
      expect(text(tree.read(path))).toBe('newer');
      expect(tree.covers(path)).toBe(true);
    }
    expect(text(tree.read('app/web.yaml'))).toBe('web');
    expect(tree.covers('app/web.yaml')).toBe(false);
  });

  it('lists and sizes it', () => {
    expect([...tree.list('app')].map(({ name, size }) => `${name} ${size}`)).toEqual([
      'kustomization.yaml 5',
      'web.yaml 3',
    ]);
    expect(tree.size).toBe('newer'.length + 'web'.length);
  });

  it('remembers what was there', () => {
    expect(text(tree.written)).toBe('old');
    expect(new OverlayTree(base, 'app/new.yaml', new Uint8Array()).written).toBeUndefined();
  });
});

describe('errors in a kustomization that the spec was merged into', () => {
  it('name the line that its author wrote', () => {
    const tree = MemoryTree.from({ 'kustomization.yaml': '# the shop\n\nresources:\n  - gone.yaml\n' });
    const generated = generateKustomization(tree, '', { namePrefix: 'prod-' });
    expect(() => build(generated, FLUX_BUILD_OPTIONS)).toThrow(
      expect.objectContaining({
        source: expect.objectContaining({ file: 'kustomization.yaml', line: 4 }) as unknown,
      }),
    );
  });
});
