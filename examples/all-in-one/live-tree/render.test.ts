import { describe, expect, it } from 'vitest';
import { columnsOf, cutLine, formatAge, renderTree, type TreeLine } from './render.ts';
import { openScreen, type Screen } from './screen.ts';
import { isSettled, type NodeState, type TreeNode } from './tree-node.ts';

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

function object(title: string, state: NodeState = 'ready', detail = ''): TreeNode {
  return { title, state, detail, createdAt: 0, children: [] };
}

/** The shop with other objects in it. */
function shopOf(...children: TreeNode[]): TreeNode {
  const applied = { ...object('Kustomization/demo/shop'), children };
  return { ...object('GitRepository/demo/shop'), children: [applied] };
}

describe('renderTree', () => {
  const textOf = (lines: readonly TreeLine[]) => lines.map((line) => line.text);

  it('draws the branches and lines up the columns', () => {
    expect(textOf(renderTree(tree, { now: 10_000, width: 100, color: false }))).toEqual([
      '● GitRepository/demo/shop      10s  main@sha1:3f2a1c0',
      '└─ ◐ Kustomization/demo/shop    9s  Running health checks',
      '   ├─ ● Namespace/shop          8s',
      '   └─ ✗ Deployment/shop/web     8s  ImagePullBackOff',
    ]);
  });

  it('cuts the whole line, branches and all', () => {
    let deep = object('ConfigMap/shop/prices', 'failed', 'exceeds its quota');
    for (let i = 0; i < 12; i++) deep = shopOf(deep);
    for (const color of [false, true])
      for (const { text } of renderTree(deep, { now: 10_000, width: 40, color }))
        expect(columnsOf(text)).toBeLessThanOrEqual(40);
    expect(columnsOf(renderTree(tree, { now: 0, width: 3, color: true })[0]?.text ?? '')).toBe(20);
  });

  it('lets no message move the cursor', () => {
    const sly = shopOf(object('ConfigMap/shop/sly', 'failed', 'a\tb\x1b[2J\rc'));
    expect(renderTree(sly, { now: 0, width: 100, color: false })[2]?.text).toMatch(/a b \[2J c$/);
  });

  it('tells objects with the same title apart', () => {
    const twins = shopOf(object('Ingress/shop/web'), object('Ingress/shop/web'));
    const keys = renderTree(twins, { now: 0, width: 100, color: false }).map(({ key }) => key);
    expect(keys.slice(2)).toEqual(['Ingress/shop/web', 'Ingress/shop/web (2)']);
  });
});

describe('cutLine', () => {
  it('counts columns and keeps colors whole', () => {
    expect(cutLine('\x1b[32m●\x1b[0m ready', 3)).toBe('\x1b[32m●\x1b[0m r');
    expect(cutLine('\x1b[31mfailed\x1b[0m', 4)).toBe('\x1b[31mfail\x1b[0m');
    expect(cutLine('値段が違う', 5)).toBe('値段');
    expect(columnsOf('🚀 e\u0301')).toBe(4);
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

/** A screen of which everything written since the last look can be read. */
function watchedScreen(output: { isTTY?: boolean; columns?: number; rows?: number } = {}) {
  let text = '';
  const screen = openScreen(Object.assign(output, { write: (chunk: string) => (text += chunk) }));
  const read = () => {
    const written = text;
    text = '';
    return written;
  };
  return { screen, read };
}

function drawAt(screen: Screen, seconds: number, root: TreeNode): void {
  screen.draw(renderTree(root, { now: seconds * 1000, width: screen.width, color: screen.color }));
}

describe('a screen that is a file', () => {
  const web = 'Deployment/shop/web';
  const namespace = object('Namespace/shop');

  it('gets a state each time it comes about', () => {
    const { screen, read } = watchedScreen();
    drawAt(screen, 1, shopOf(namespace, object(web)));
    expect(read().split('\n').filter(Boolean)).toHaveLength(4);
    drawAt(screen, 2, shopOf(namespace, object(web, 'missing')));
    expect(read()).toMatch(/^ +└─ ○ Deployment\/shop\/web +2s\n$/);
    drawAt(screen, 3, shopOf(namespace, object(web)));
    expect(read()).toMatch(/^ +└─ ● Deployment\/shop\/web +3s\n$/);
    drawAt(screen, 4, shopOf(namespace, object(web, 'ready', 'shop/web:2')));
    expect(read()).toMatch(/^ +└─ ● Deployment\/shop\/web +4s {2}shop\/web:2\n$/);
  });

  it('gets nothing for ages and for the place of a line', () => {
    const { screen, read } = watchedScreen();
    drawAt(screen, 1, shopOf(namespace));
    read();
    drawAt(screen, 86_400 * 1000, shopOf(namespace));
    expect(read()).toBe('');
    drawAt(screen, 86_400 * 1001, shopOf(namespace, object('NetworkPolicy/shop/all-that-may-come-in')));
    expect(read()).toMatch(/^ +└─ ● NetworkPolicy\/shop\/all-that-may-come-in +1001d\n$/);
  });

  it('gets a line for what left, and another when it is back', () => {
    const { screen, read } = watchedScreen();
    const banner = object('ConfigMap/storefront/banner');
    drawAt(screen, 1, shopOf(namespace, banner));
    read();
    drawAt(screen, 2, shopOf(namespace));
    expect(read()).toBe('- ConfigMap/storefront/banner is gone\n');
    drawAt(screen, 3, shopOf(namespace));
    expect(read()).toBe('');
    drawAt(screen, 4, shopOf(namespace, banner));
    expect(read()).toMatch(/^ +└─ ● ConfigMap\/storefront\/banner +4s\n$/);
  });
});

describe('a screen that is a terminal', () => {
  const line = (text: string): TreeLine => ({ key: text, news: text, text, isReady: true });
  const maps = (count: number) =>
    Array.from({ length: count }, (_, i) => object(`ConfigMap/shop/price-${i}`));
  const up = (rows: number) => '\x1b[1A\x1b[2K'.repeat(rows);
  const rowsUp = (written: string) => written.split(up(1)).length - 1;
  const linesOf = (written: string) =>
    written.replaceAll(up(1), '').replace('\x1b[?25l', '').split('\n').slice(0, -1);

  it('is repainted in place and shows the cursor again', () => {
    const { screen, read } = watchedScreen({ isTTY: true, columns: 80, rows: 24 });
    screen.draw(['a', 'b'].map(line));
    expect(read()).toBe('\x1b[?25la\nb\n');
    screen.say('news');
    expect(read()).toBe(`${up(2)}news\na\nb\n`);
    screen.close();
    expect(read()).toBe('\x1b[?25h');
  });

  it('shows as much of the tree as it is tall, and counts the rest', () => {
    const { screen, read } = watchedScreen({ isTTY: true, columns: 80, rows: 12 });
    drawAt(screen, 1, shopOf(...maps(8)));
    expect(linesOf(read())).toHaveLength(10);
    drawAt(screen, 1, shopOf(...maps(38)));
    const lines = linesOf(read());
    expect(lines).toHaveLength(10);
    expect(lines[8]).toContain('ConfigMap/shop/price-6');
    expect(lines[9]).toBe('… 31 more, all ready');
    screen.say('news');
    expect(rowsUp(read())).toBe(10);
  });

  it('leaves out what is ready first', () => {
    const { screen, read } = watchedScreen({ isTTY: true, columns: 80, rows: 8 });
    const waits = (name: string) => object(`Deployment/shop/${name}`, 'progressing');
    drawAt(screen, 1, shopOf(...maps(9), waits('web'), waits('api')));
    const lines = linesOf(read());
    for (const [i, name] of ['GitRepository', 'Kustomization', 'price-0', 'web', 'api'].entries())
      expect(lines[i]).toContain(name);
    expect(lines[5]).toBe('… 8 more, all ready');
    drawAt(screen, 1, shopOf(...maps(9), ...['web', 'api', 'mail', 'jobs', 'search'].map(waits)));
    expect(linesOf(read()).at(-1)).toBe('… 11 more, 2 not ready');
  });

  it('finds the beginning of the tree again after it became narrower', () => {
    const output = { isTTY: true, columns: 80, rows: 24 };
    const { screen, read } = watchedScreen(output);
    screen.draw([line(`\x1b[32m●\x1b[0m ${'a'.repeat(68)}`), line('b'.repeat(35)), line('')]);
    read();
    output.columns = 35;
    screen.say('news');
    const written = read();
    expect(rowsUp(written)).toBe(4);
    for (const drawn of linesOf(written)) expect(columnsOf(drawn)).toBeLessThanOrEqual(35);
    screen.say('news');
    expect(rowsUp(read())).toBe(3);
  });

  it('takes a usual size where the terminal does not know its own', () => {
    const { screen, read } = watchedScreen({ isTTY: true, columns: 0, rows: 0 });
    drawAt(screen, 1, shopOf(...maps(60)));
    expect(screen.width).toBe(100);
    expect(linesOf(read())).toHaveLength(22);
  });
});
