// The programs of packages as their tests run them: as they are published.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';

const TSUP = join(import.meta.dirname, '..', 'node_modules', 'tsup', 'dist', 'cli-default.js');

/** How a run of a program ended, and what it printed. */
export interface ProgramRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What a run finds around it. */
export interface ProgramSurroundings {
  /** @default the program's folder */
  readonly cwd?: string;
  /** Beside the environment of the tests. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from standard input. */
  readonly input?: string;
}

/** The program of a package, built into a folder of its own that has nothing else, and files for it. */
export class BuiltProgram {
  readonly folder: string;
  readonly #bin: string;
  readonly #package: string;
  #written = 0;

  constructor(packageFolder: string, name: string) {
    this.#package = packageFolder;
    this.folder = mkdtempSync(join(tmpdir(), `${name}-`));
    this.#bin = join(this.folder, 'dist', 'cli', 'bin.js');
  }

  build(): void {
    const built = spawnSync(process.execPath, [TSUP, '--out-dir', join(this.folder, 'dist')], {
      cwd: this.#package,
      encoding: 'utf8',
    });
    if (built.status !== 0) throw new Error(built.stderr + built.stdout);
    writeFileSync(join(this.folder, 'package.json'), '{"type": "module"}');
  }

  run(args: readonly string[], surroundings: ProgramSurroundings = {}): ProgramRun {
    const { cwd = this.folder, env = {}, input = '' } = surroundings;
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.#bin, ...args], {
      cwd,
      input,
      encoding: 'utf8',
      env: { ...process.env, NODE_COMPILE_CACHE: join(this.folder, 'cache'), ...env },
    });
    return { code: status, out: stdout, err: stderr };
  }

  /** Writes files below a folder of their own, and gives that. */
  write(files: Readonly<Record<string, string>>): string {
    const root = join(this.folder, `case-${this.#written++}`);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    return root;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
