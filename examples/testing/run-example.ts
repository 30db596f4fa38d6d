import { spawn } from 'node:child_process';
import path from 'node:path';

/** An example that runs as a program of its own. */
export interface RunningExample {
  /** Everything printed so far. */
  output(): string;
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  stop(): void;
}

/** Starts `examples/<name>/main.ts` on the sources, as a user would start it on the built packages. */
export function runExample(
  name: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
  cwd: string = process.cwd(),
): RunningExample {
  const main = path.join(import.meta.dirname, '..', name, 'main.ts');
  const child = spawn('node', ['--conditions=@gitops-toolkit/source', main, ...args], {
    env: { ...process.env, ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { output: () => text, ended, stop: () => child.kill('SIGTERM') };
}
