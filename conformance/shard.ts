// One process's share of a suite: every n-th case, reported to the runner over IPC as it goes.
import process from 'node:process';
import { type ConformanceCase, loadSuite } from './suite.ts';

/** What the runner asks of a shard. */
export interface ShardRequest {
  readonly suite: string;
  readonly folder: string;
  readonly shard: number;
  readonly shards: number;
  readonly filter: string;
  /** Cases before this one have been run already. */
  readonly from: number;
}

/** What a shard tells the runner. */
export type ShardMessage =
  | { readonly kind: 'start'; readonly index: number; readonly name: string }
  | {
      readonly kind: 'end';
      readonly index: number;
      readonly name: string;
      readonly millis: number;
      readonly message?: string;
    }
  | { readonly kind: 'done' }
  | { readonly kind: 'broken'; readonly message: string };

async function runShard(request: ShardRequest): Promise<void> {
  const suite = await loadSuite(request.suite);
  let index = -1;
  for await (const testCase of suite.collect(request.folder)) {
    const { name } = testCase;
    index++;
    if (index < request.from || index % request.shards !== request.shard || !name.includes(request.filter))
      continue;
    send({ kind: 'start', index, name });
    const started = performance.now();
    const message = await attempt(testCase);
    const millis = Math.round(performance.now() - started);
    send({ kind: 'end', index, name, millis, ...(message === undefined ? {} : { message }) });
  }
  await suite.close?.();
}

async function attempt(testCase: ConformanceCase): Promise<string | undefined> {
  try {
    await testCase.run();
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)) || 'failed without a message';
  }
}

function send(message: ShardMessage): void {
  process.send?.(message);
}

process.once('message', (request: ShardRequest) => {
  runShard(request).then(
    () => process.send?.({ kind: 'done' } satisfies ShardMessage, () => process.exit(0)),
    (error: unknown) => {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.send?.({ kind: 'broken', message } satisfies ShardMessage, () => process.exit(2));
    },
  );
});
