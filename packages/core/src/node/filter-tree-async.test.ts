import { expect, it } from 'vitest';
import { filterTree } from '../ignore/filter-tree.ts';
import { loadIgnoreRules } from '../ignore/ignore-rules.ts';
import { walkFiles } from '../tree/file-tree.ts';
import { MemoryTree } from '../tree/memory-tree.ts';
import { filterTreeAsync, loadIgnoreRulesAsync } from './filter-tree-async.ts';

const tree = new MemoryTree([
  ['.sourceignore', 'docs/\n'],
  ['docs/a.md', 'a'],
  ['run.sh', { data: new TextEncoder().encode('x'), mode: 0o755 }],
  ['link', { symlink: 'run.sh' }],
  ...Array.from({ length: 20_000 }, (_, n) => [`many/${n % 100}/${n}.yaml`, 'a: 1'] as const),
]);

it('keeps what filterTree keeps, and lets others run meanwhile', async () => {
  const rules = await loadIgnoreRulesAsync(tree, { ignore: '*.sh' });
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const kept = await filterTreeAsync(tree, rules);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
  expect([...walkFiles(kept)]).toEqual([
    ...walkFiles(filterTree(tree, loadIgnoreRules(tree, { ignore: '*.sh' }))),
  ]);
});

it('ends with its signal', async () => {
  const signal = AbortSignal.timeout(1);
  await expect(filterTreeAsync(tree, loadIgnoreRules(tree), signal)).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});
