// npm run -s conformance -- <suite> <folder> [--filter text] [--json file] [--jobs n]
import { fork } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { ShardMessage, ShardRequest } from './shard.ts';
import { loadSuite } from './suite.ts';

/** A case that takes longer is ended and has failed. */
const CASE_TIMEOUT_MS = 20_000;
/** Lines printed about failing cases, all together, unless a filter asks for the whole. */
const MAX_LINES = 40;

interface CaseResult {
  readonly case: string;
  readonly passed: boolean;
  readonly millis: number;
  readonly message?: string;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { filter: { type: 'string' }, json: { type: 'string' }, jobs: { type: 'string' } },
  });
  const [suiteName, folder] = positionals;
  if (!suiteName || !folder)
    throw new Error('usage: conformance <suite> <folder> [--filter text] [--json file] [--jobs n]');
  if (!existsSync(folder)) throw new Error(`no such folder: ${folder}`);
  const suite = await loadSuite(suiteName);
  const shards = suite.sequential ? 1 : Math.max(1, Number(values.jobs ?? os.availableParallelism()) || 1);
  const request = {
    suite: suiteName,
    folder: path.resolve(folder),
    shards,
    filter: values.filter ?? '',
    from: 0,
  };

  const results = (
    await Promise.all(Array.from({ length: shards }, (_, shard) => runShard({ ...request, shard })))
  ).flat();
  results.sort((a, b) => (a.case < b.case ? -1 : 1));
  printFailures(results, values.filter !== undefined);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
  console.log(`conformance ${suiteName}: ${results.filter((r) => r.passed).length}/${results.length}`);
}

/** Runs one shard to its end, in as many processes as it takes: one that hangs or crashes is followed by another. */
async function runShard(request: ShardRequest): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (let from: number | undefined = request.from; from !== undefined;) {
    from = await runProcess({ ...request, from }, results);
  }
  return results;
}

/** @returns the index to go on from, or `undefined` when the shard is done. */
function runProcess(request: ShardRequest, results: CaseResult[]): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('./shard.ts', import.meta.url), [], {
      execArgv: ['--conditions=@gitops-toolkit/source', '--max-old-space-size=4096'],
      // What a case prints is not part of the answer.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let running: { index: number; name: string; timer: NodeJS.Timeout } | undefined;
    let outcome: 'done' | Error | undefined;
    let stderr = '';
    let ended: string | undefined;
    child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + String(chunk)).slice(-2000)));
    child.on('message', (message: ShardMessage) => {
      if (message.kind === 'start') {
        const timer = setTimeout(() => {
          ended = `ended after ${CASE_TIMEOUT_MS / 1000} s`;
          child.kill('SIGKILL');
        }, CASE_TIMEOUT_MS);
        running = { index: message.index, name: message.name, timer };
      } else if (message.kind === 'end') {
        clearTimeout(running?.timer);
        running = undefined;
        const failure = message.message === undefined ? {} : { message: message.message };
        results.push({
          case: message.name,
          passed: message.message === undefined,
          millis: message.millis,
          ...failure,
        });
      } else {
        outcome = message.kind === 'done' ? 'done' : new Error(message.message);
      }
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(running?.timer);
      if (outcome === 'done') resolve(undefined);
      else if (outcome instanceof Error) reject(outcome);
      else if (!running) reject(new Error(`a shard ended with ${code ?? signal} outside a case: ${stderr}`));
      else {
        const message = ended ?? `crashed the process (${code ?? signal}): ${stderr.slice(-300)}`;
        results.push({ case: running.name, passed: false, millis: CASE_TIMEOUT_MS, message });
        resolve(running.index + 1);
      }
    });
    child.send(request);
  });
}

function printFailures(results: readonly CaseResult[], whole: boolean): void {
  const failures = results.filter((result) => !result.passed);
  let left = MAX_LINES;
  for (const [i, { case: name, message = '' }] of failures.entries()) {
    if (whole) {
      console.log(`✗ ${name}\n${message}`);
      continue;
    }
    const lines = message.split('\n').slice(0, failures.length > 10 ? 1 : 3);
    if (left < lines.length + 2) {
      console.log(`… and ${failures.length - i} more`);
      return;
    }
    console.log(`✗ ${name}: ${lines.map((line) => line.slice(0, 200)).join('\n    ')}`);
    left -= lines.length;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
});
