import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import type { TemporaryFolder } from '../../temporary-folder.ts';
import { generateTree } from './generate-tree.ts';

/** A git server in a process of its own. */
export class ServerProcess implements Disposable {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#process = child;
  }

  /** Serves the generated tree by the git program, or, without one, by our own server. */
  static async start(git: string | undefined, temporary: TemporaryFolder): Promise<ServerProcess> {
    if (git !== undefined) createRepository(git, temporary);
    const script = path.join(import.meta.dirname, 'serve.ts');
    const child = spawn(
      process.execPath,
      ['--conditions=@gitops-toolkit/source', script, git === undefined ? 'own' : 'git', temporary.path],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (line: Buffer) => resolve(String(line).trim()));
      child.once('exit', (code) => reject(new Error(`the git server ended with ${code}`)));
    });
    return new ServerProcess(url, child);
  }

  [Symbol.dispose](): void {
    this.#process.kill();
  }
}

/** A bare repository with one commit, packed as that of a git host is. */
function createRepository(git: string, temporary: TemporaryFolder): void {
  const work = temporary.write('work', new Map(generateTree()));
  const run = (...args: string[]): void => void execFileSync(git, args, { cwd: work, stdio: 'ignore' });
  run('init', '--initial-branch=main');
  run('add', '.');
  run('-c', 'user.name=Bench', '-c', 'user.email=bench@example.com', 'commit', '--message=Add manifests');
  run('clone', '--bare', '--no-local', '.', temporary.join('manifests.git'));
}
