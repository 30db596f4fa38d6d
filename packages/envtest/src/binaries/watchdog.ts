import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Runs in a process of its own. Each line of its input is the list of programs that run now; when the input
 * ends, so has the process that wrote it, and whatever still runs is killed and the folder removed.
 */
const PROGRAM = `
const { rmSync } = require('node:fs');
let pids = [];
let rest = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  if (lines.length > 0) pids = lines.at(-1).split(' ').filter(Boolean);
});
process.stdin.on('end', () => {
  for (const pid of pids) {
    try { process.kill(Number(pid), 'SIGKILL'); } catch {}
  }
  rmSync(process.argv[1], { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});
`;

/**
 * Sees to it that nothing stays when this process is killed, which then cannot clean up itself: the
 * programs end, and their folder goes.
 */
export class Watchdog {
  readonly #child: ChildProcess;

  constructor(folder: string) {
    // A group of its own, for Ctrl-C in a terminal reaches the whole group and is no reason to end.
    this.#child = spawn(process.execPath, ['-e', PROGRAM, folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    // Without it nothing is lost but this safety.
    this.#child.on('error', () => {});
    this.#child.stdin?.on('error', () => {});
    this.#child.unref();
    (this.#child.stdin as { unref?: () => void } | null)?.unref?.();
  }

  /** Says which programs run now. */
  watch(pids: readonly number[]): void {
    this.#child.stdin?.write(`${pids.join(' ')}\n`);
  }

  /** Ends the watch: there is nothing left to clean up. */
  dismiss(): void {
    this.#child.kill('SIGKILL');
  }
}
