import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** The Helm program with a home of its own, which goes when the test does. */
export class HelmProgram implements Disposable {
  readonly folder: string = mkdtempSync(path.join(tmpdir(), 'helm-'));
  readonly #command: string;

  constructor(command: 'helm' | 'helm4') {
    this.#command = command;
    mkdirSync(this.path('home'));
  }

  /** Whether the program is on `PATH`: tests that compare with it are left out where it is not. */
  static isThere(command: 'helm' | 'helm4'): boolean {
    return spawnSync(command, ['version']).status === 0;
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  /** What the program prints; throws what it says where it fails. */
  run(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(this.#command, args, {
      cwd: this.folder,
      env: this.#environment,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  /** What the program says where it fails, and `''` where it does not; servers of this process answer meanwhile. */
  async failureOf(...args: readonly string[]): Promise<string> {
    const child = spawn(this.#command, args, {
      cwd: this.folder,
      env: this.#environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (data: Buffer) => (said += data.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return code === 0 ? '' : said;
  }

  get #environment(): Record<string, string> {
    const home = this.path('home');
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      HELM_CACHE_HOME: home,
      HELM_CONFIG_HOME: home,
      HELM_DATA_HOME: home,
    };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
