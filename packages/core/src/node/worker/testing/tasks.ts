// The worker of the pool's tests.
import process from 'node:process';
import { NumberLiteral } from '../../../number-literal.ts';
import { ToolkitError } from '../../../errors.ts';
import { createRecord } from '../../../record.ts';
import { serveTasks } from '../serve-tasks.ts';
import { restoreTree, type SharedTree } from '../shared-tree.ts';
import { threadId } from 'node:worker_threads';
import { walkFiles } from '../../../tree/file-tree.ts';

serveTasks({
  echo: (input: unknown) => ({ value: input }),
  thread: () => ({ value: threadId }),
  count: (n: number) => ({ items: Array.from({ length: n }, (_, i) => ({ number: i })) }),
  numbers: () => {
    const map = createRecord();
    Object.assign(map, { constructor: 'mine', port: new NumberLiteral('0x1F', '31'), zero: -0 });
    return { items: [{ map, list: [Number.NaN, -Infinity, new NumberLiteral('12345678901234567890')] }] };
  },
  wait: async (ms: number) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return { value: 'waited' };
  },
  loop: () => {
    for (;;);
  },
  spin: (ms: number) => {
    for (const start = performance.now(); performance.now() - start < ms;);
    return { value: threadId };
  },
  objects: () => {
    for (const all: unknown[] = []; ;) all.push({ next: all });
  },
  oneArray: () => {
    for (const all: number[] = []; ;) all.push(1.5);
  },
  buffers: () => {
    for (const all: unknown[] = []; ;) all.push(new Uint8Array(1024 * 1024).fill(1));
  },
  text: (length: number) => ({ items: ['x'.repeat(length)] }),
  fail: () => {
    const cause = new TypeError('x is not a function');
    throw new ToolkitError('TEST_FAILED', 'no such field', {
      cause,
      source: { file: 'a.yaml', line: 2, column: 3 },
      sourceText: 'a: 1\nb: 2\nc: 3\n',
      hint: 'Remove it.',
      retry: 'backoff',
    });
  },
  exit: () => process.exit(3),
  throwLater: () => {
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    return new Promise<never>(() => {});
  },
  files: (tree: SharedTree) => ({ value: [...walkFiles(restoreTree(tree))] }),
});
