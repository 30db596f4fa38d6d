import { relative, resolve, sep } from 'node:path';
import { errorMessage, locationString } from '@gitops-toolkit/core';
import { KustomizeError } from '../errors.ts';
import type { BuildRequest } from './build-request.ts';

const FETCH_HINT =
  'This program fetches nothing. Clone the repository and pass --remote <url>=<directory of the clone>, or name a local directory.';

/** What a failure looks like on standard error: as the peer's first line, then the place, the lines, a hint. */
export function failureText(error: unknown, request: BuildRequest | undefined, cwd: string): string {
  if (!(error instanceof KustomizeError)) return `Error: ${errorMessage(error)}`;
  const lines = [`Error: ${messageOf(error, request)}`];
  const { source, frame } = error;
  if (source) lines.push(`  at ${locationString({ ...source, file: shownFile(source.file, request, cwd) })}`);
  if (frame) lines.push(frame);
  const hint = error.code === 'KUSTOMIZE_REMOTE_NOT_FETCHED' ? FETCH_HINT : error.hint;
  if (hint !== undefined) lines.push(`hint: ${hint}`);
  return lines.join('\n');
}

/** The way to the failure begins at the directory as the user wrote it. */
function messageOf({ context, summary }: KustomizeError, request: BuildRequest | undefined): string {
  const [first, ...rest] = context;
  const steps =
    first !== undefined && first === request?.options.path ? [request.shownPath, ...rest] : context;
  return [...(steps.length > 0 ? [`${steps.join(' → ')}: `] : []), summary].join('');
}

/** Names in the build are paths from the root of the disk. */
function shownFile(file: string, request: BuildRequest | undefined, cwd: string): string {
  if (!request || file.includes('://')) return file;
  return relative(cwd, resolve(request.tree.root, file)).split(sep).join('/');
}
