import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';

/** `path.Clean`: the shortest name of the same place. */
export function cleanPath(path: string): string {
  if (path === '') return '.';
  const isRooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!isRooted) parts.push('..');
  }
  const joined = parts.join('/');
  return isRooted ? `/${joined}` : joined === '' ? '.' : joined;
}

function basePath(path: string): string {
  if (path === '') return '.';
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

function extension(path: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const dot = base.lastIndexOf('.');
  return dot < 0 ? '' : base.slice(dot);
}

const functions = {
  base: goFunction(['string'], basePath),
  dir: goFunction(['string'], (path: string) => cleanPath(path.slice(0, path.lastIndexOf('/') + 1))),
  clean: goFunction(['string'], cleanPath),
  ext: goFunction(['string'], extension),
  isAbs: goFunction(['string'], (path: string) => path.startsWith('/')),
};

/** Functions for paths, which are the same for those of a system: the one that Helm's answers come from is Linux. */
export const pathFunctions: FunctionMap = {
  ...functions,
  osBase: functions.base,
  osDir: functions.dir,
  osClean: functions.clean,
  osExt: functions.ext,
  osIsAbs: functions.isAbs,
};
