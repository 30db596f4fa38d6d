import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A folder that is gone when it is disposed. */
export class TemporaryFolder implements Disposable {
  readonly path: string = mkdtempSync(path.join(os.tmpdir(), 'gitops-toolkit-bench-'));

  join(...parts: string[]): string {
    return path.join(this.path, ...parts);
  }

  /** Writes files below a folder in it. */
  write(folder: string, files: ReadonlyMap<string, string>): string {
    const root = this.join(folder);
    const made = new Set<string>();
    for (const [name, content] of files) {
      const file = path.join(root, name);
      const parent = path.dirname(file);
      if (!made.has(parent)) mkdirSync(parent, { recursive: true });
      made.add(parent);
      writeFileSync(file, content);
    }
    return root;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
