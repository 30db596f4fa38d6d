import { describe, expect, it } from 'vitest';
import { formatAge, renderTree } from './render.ts';
import { openScreen } from './screen.ts';
import { isSettled, type TreeNode } from './tree-node.ts';

const tree: TreeNode = {
  title: 'GitRepository/demo/shop',
  state: 'ready',
  detail: 'main@sha1:3f2a1c0',
  createdAt: 0,
  children: [
    {
      title: 'Kustomization/demo/shop',
      state: 'progressing',
      detail: 'Running health checks',
      createdAt: 1000,
      children: [
        { title: 'Namespace/shop', state: 'ready', detail: '', createdAt: 2000, children: [] },
        {
          title: 'Deployment/shop/web',
          state: 'failed',
          detail: 'ImagePullBackOff',
          createdAt: 2000,
          children: [],
        },
      ],
    },
  ],
};

describe('renderTree', () => {
  it('draws the branches and lines up the columns', () => {
    expect(renderTree(tree, { now: 10_000, width: 100, color: false })).toEqual([
      '● GitRepository/demo/shop      10s  main@sha1:3f2a1c0',
      '└─ ◐ Kustomization/demo/shop    9s  Running health checks',
      '   ├─ ● Namespace/shop          8s',
      '   └─ ✗ Deployment/shop/web     8s  ImagePullBackOff',
    ]);
  });

  it('cuts what does not fit', () => {
    for (const line of renderTree(tree, { now: 10_000, width: 40, color: false }))
      expect(line.length).toBeLessThanOrEqual(40);
  });
});

describe('isSettled', () => {
  it('asks everything below', () => {
    expect(isSettled(tree)).toBe(false);
    expect(isSettled({ ...tree, children: [] })).toBe(true);
  });
});

describe('formatAge', () => {
  it('uses the units that kubectl uses', () => {
    expect([-5, 0, 119_000, 120_000, 7_200_000, 200_000_000].map(formatAge)).toEqual([
      '0s',
      '0s',
      '119s',
      '2m',
      '2h',
      '2d',
    ]);
  });
});

describe('openScreen', () => {
  it('writes to a file only what changed', () => {
    let text = '';
    const screen = openScreen({ write: (chunk) => (text += chunk) });
    screen.draw(['● Namespace/shop  1s']);
    screen.draw(['● Namespace/shop  2s', '◐ Deployment/shop/web  1s  waits']);
    screen.draw(['● Namespace/shop  3s', '◐ Deployment/shop/web  2s  waits']);
    expect(text.split('\n').filter(Boolean)).toHaveLength(2);
  });

  it('repaints a terminal in place and shows the cursor again', () => {
    let text = '';
    const screen = openScreen({ isTTY: true, columns: 80, write: (chunk) => (text += chunk) });
    screen.draw(['a', 'b']);
    screen.say('news');
    screen.close();
    expect(text).toContain('\x1b[2A');
    expect(text).toMatch(/news\na\nb\n/);
    expect(text.endsWith('\x1b[?25h')).toBe(true);
  });
});
