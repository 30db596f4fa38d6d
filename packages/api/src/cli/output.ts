import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

type Files = ReadonlyMap<string, string>;

/** Prints all files, one after the other. */
export function printFiles(files: Files): void {
  process.stdout.write([...files.values()].join('\n'));
}

/** Writes the files that are not as they should be, and says which. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await staleFiles(folder, files)) {
    await writeFile(path.join(folder, name), files.get(name) ?? '');
    process.stdout.write(`wrote ${path.join(folder, name)}\n`);
  }
}

/** @throws Error that names the files which are not as they would be written */
export async function checkFiles(folder: string, files: Files): Promise<void> {
  const stale = await staleFiles(folder, files);
  if (stale.length > 0) {
    throw new Error(
      `out of date: ${stale.map((name) => path.join(folder, name)).join(', ')}; run it without --check`,
    );
  }
}

async function staleFiles(folder: string, files: Files): Promise<string[]> {
  const stale: string[] = [];
  for (const [name, text] of files) {
    const present = await readFile(path.join(folder, name), 'utf8').catch(() => undefined);
    if (present !== text) stale.push(name);
  }
  return stale;
}
