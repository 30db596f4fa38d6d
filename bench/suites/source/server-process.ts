import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { TemporaryFolder } from '../../temporary-folder.ts';
import { generateIndex } from '../helm-index/generate-index.ts';
import { generateTree } from './generate-tree.ts';

const INDEX_BYTES = 50_000_000;

/** Where the servers are. */
export interface ServerAddresses {
  /** The URL of a repository. */
  readonly git: string;
  /** A repository of a registry; what is measured is under the tag `v1`. */
  readonly registry: string;
  /** The URL of a Helm repository. */
  readonly charts: string;
}

/** The servers in a process of its own. */
export class ServerProcess implements Disposable {
  readonly addresses: ServerAddresses;
  readonly #process: ChildProcess;

  private constructor(addresses: ServerAddresses, child: ChildProcess) {
    this.addresses = addresses;
    this.#process = child;
  }

  /** Serves the generated tree by the git program, or, without one, by our own server; an artifact; and an index of charts. */
  static async start(git: string | undefined, temporary: TemporaryFolder): Promise<ServerProcess> {
    if (git !== undefined) createRepository(git, temporary);
    writeFileSync(temporary.join('index.yaml'), [...generateIndex(INDEX_BYTES)].join(''));
    const script = path.join(import.meta.dirname, 'serve.ts');
    const child = spawn(
      process.execPath,
      ['--conditions=@gitops-toolkit/source', script, git === undefined ? 'own' : 'git', temporary.path],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (bytes: Buffer) => resolve(String(bytes)));
      child.once('exit', (code) => reject(new Error(`the servers ended with ${code}`)));
    });
    return new ServerProcess(JSON.parse(line) as ServerAddresses, child);
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
  const bare = temporary.join('manifests.git');
  run('clone', '--bare', '--no-local', '.', bare);
  // As git hosts have it: contents may be left out.
  run('--git-dir', bare, 'config', 'uploadpack.allowFilter', 'true');
  run('--git-dir', bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
}
