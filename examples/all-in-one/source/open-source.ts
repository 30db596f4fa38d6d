import { statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { DemoOptions } from '../options.ts';
import { openFolderSource } from './folder.ts';
import { openSampleSource } from './sample.ts';
import type { DemoSource } from './source.ts';

/** The source that the options name: the sample, a repository somewhere, or a folder. */
export async function openSource(options: DemoOptions, onCommit: () => void): Promise<DemoSource> {
  const { url, branch } = options;
  if (url === undefined) return openSampleSource(branch ?? 'main');
  if (/^https?:\/\//.test(url)) return remoteSource(url, branch);
  const folder = folderOf(url);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    return openFolderSource(folder, branch ?? 'main', onCommit);
  throw new Error(`--url takes an http or https URL or a folder; ${JSON.stringify(url)} is neither`);
}

/** A repository somewhere. A password in its URL is taken out, so that it is neither shown nor kept in the clear. */
function remoteSource(text: string, branch: string | undefined): DemoSource {
  const url = new URL(text);
  const credentials = {
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
  [url.username, url.password] = ['', ''];
  return {
    url: url.href,
    title: url.href,
    ref: branch === undefined ? { name: 'HEAD' } : { branch },
    ...(credentials.password === '' ? {} : { credentials }),
    async [Symbol.asyncDispose]() {},
  };
}

/** Relative to where the user stands: npm runs scripts in the folder of their package. */
function folderOf(url: string): string {
  if (url.startsWith('file://')) return fileURLToPath(url);
  return path.resolve(process.env['INIT_CWD'] ?? '.', url);
}
