import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { RenderResult, YamlOptions } from '../output/render-result.ts';
import type { OutputFolder } from './template-request.ts';

/** What is written, and where. */
export interface WriteOptions extends YamlOptions {
  readonly folder: OutputFolder;
  readonly cwd: string;
}

/**
 * Writes each document to a file named after its template, as Helm does: what a template made more of is appended, and
 * hooks are appended to files that are there. Yields the files.
 */
export function* writeFiles(result: RenderResult, options: WriteOptions): Generator<string> {
  const { folder, crds = false, hooks = true, tests = true } = options;
  const below = folder.releaseFolder === undefined ? folder.path : join(folder.path, folder.releaseFolder);
  const written = new Set<string>();
  const write = (root: string, path: string, content: string, isAppended: boolean): string => {
    const file = [root, path].join('/');
    const target = resolve(options.cwd, file);
    mkdirSync(dirname(target), { recursive: true });
    const text = `---\n# Source: ${path}\n${content}\n`;
    if (isAppended) appendFileSync(target, text);
    else writeFileSync(target, text);
    written.add(path);
    return file;
  };
  if (crds)
    for (const { path, content } of result.crds) yield write(folder.path, path, content, written.has(path));
  for (const { path, content } of result.manifests) yield write(below, path, content, written.has(path));
  const shown = hooks ? result.hooks.filter(({ events }) => tests || !events.includes('test')) : [];
  for (const { path, manifest } of shown)
    yield write(below, path, manifest, existsSync(resolve(options.cwd, below, path)));
}
