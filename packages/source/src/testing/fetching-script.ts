/**
 * A process that fetches from a git repository, and says what came of it and how much memory that took: a line of JSON on
 * its standard output.
 */
import { findToolkitError, walkFiles } from '@gitops-toolkit/core';
import process from 'node:process';
import { fetchGit } from '../git/git-fetcher.ts';
import type { GitLimits } from '../git/limits.ts';

/** What the process is to do: its one argument, as JSON. */
export interface FetchingOptions {
  /** A small repository, fetched before memory is looked at: what is loaded for a fetch is there by then. */
  readonly warmUp: string;
  readonly url: string;
  readonly limits: GitLimits;
}

/** What the process says. */
export interface FetchingOutcome {
  /** Files that came; `undefined` where the fetch failed. */
  readonly files?: number;
  readonly code?: string;
  readonly message?: string;
  /** Resident memory at its most, above what the idle process has. */
  readonly grownBytes: number;
}

const { warmUp, url, limits } = JSON.parse(process.argv[2] ?? '') as FetchingOptions;
await fetchGit({ url: warmUp, branch: 'main' });
const idle = process.memoryUsage.rss();
const result = await fetchGit({ url, branch: 'main' }, { limits }).then(
  ({ tree }) => ({ files: [...walkFiles(tree)].length }),
  (error: unknown) => ({ code: findToolkitError(error)?.code ?? 'none', message: String(error) }),
);
const grownBytes = process.resourceUsage().maxRSS * 1024 - idle;
process.stdout.write(`${JSON.stringify({ ...result, grownBytes } satisfies FetchingOutcome)}\n`);
