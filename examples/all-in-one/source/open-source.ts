import { statSync } from 'node:fs';
import type { DemoOptions } from '../options.ts';
import { openFolderSource } from './folder.ts';
import { openSampleSource } from './sample.ts';
import type { DemoSource } from './source.ts';

/** The source that the options name: the sample, a repository somewhere, or a folder. */
export async function openSource(options: DemoOptions, onCommit: () => void): Promise<DemoSource> {
  const { url, branch } = options;
  if (url === undefined) return openSampleSource(branch);
  if (/^https?:\/\//.test(url)) return { url, title: url, async [Symbol.asyncDispose]() {} };
  if (statSync(url, { throwIfNoEntry: false })?.isDirectory()) return openFolderSource(url, branch, onCommit);
  throw new Error(`--url takes an http or https URL or a folder; ${JSON.stringify(url)} is neither`);
}
