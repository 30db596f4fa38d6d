import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceError } from '../../errors.ts';
import { isObjectId } from '../object-format.ts';
import { isRefName } from '../ref-name.ts';
import type { RemoteRef } from '../remote/git-remote.ts';
import { type GitFolder, readText } from './git-folder.ts';

/** As many symbolic references in a row as git follows. */
const MAX_SYMREFS = 5;

/** The references of a repository on this machine. */
export interface LocalRefs {
  readonly refs: ReadonlyMap<string, RemoteRef>;
  /** The branch that `HEAD` names, where it does not exist. */
  readonly unborn?: string;
}

/** Reads every reference: loose ones win over packed ones. */
export async function readLocalRefs(folder: GitFolder, maxRefs: number): Promise<LocalRefs> {
  const values = parsePackedRefs((await readText(join(folder.commonDir, 'packed-refs'))) ?? '');
  await readLooseRefs(folder.commonDir, 'refs', values, maxRefs);
  const head = (await readText(join(folder.gitDir, 'HEAD')))?.trim();
  if (head !== undefined) values.set('HEAD', head);
  const refs = new Map<string, RemoteRef>();
  let unborn: string | undefined;
  for (const [name, value] of values) {
    if (refs.size >= maxRefs)
      throw new SourceError('GIT_LIMIT', `the repository has more than ${maxRefs} references`);
    const found = follow(values, name, value);
    if (found.id !== undefined)
      refs.set(name, { id: found.id, ...(found.target ? { target: found.target } : {}) });
    else if (name === 'HEAD') unborn = found.target;
  }
  return { refs, ...(unborn === undefined ? {} : { unborn }) };
}

/** Ends at an object id, or nowhere: a loop of symbolic references names nothing. */
function follow(
  values: ReadonlyMap<string, string>,
  name: string,
  value: string,
): { id?: string; target?: string } {
  let at = value;
  let target: string | undefined;
  for (let depth = 0; depth < MAX_SYMREFS; depth++) {
    if (isObjectId(at)) return { id: at, ...(target === undefined ? {} : { target }) };
    const next = /^ref: (\S+)$/.exec(at)?.[1];
    if (next === undefined || next === name || !isRefName(next)) return {};
    target = next;
    const found = values.get(next);
    if (found === undefined) return { target };
    at = found;
  }
  return {};
}

function parsePackedRefs(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([0-9a-f]{40,64}) (\S+)$/.exec(line);
    if (match?.[1] && match[2]) values.set(match[2], match[1]);
  }
  return values;
}

async function readLooseRefs(
  commonDir: string,
  folder: string,
  values: Map<string, string>,
  maxRefs: number,
): Promise<void> {
  let entries: Dirent[];
  try {
    entries = await readdir(join(commonDir, folder), { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) await readLooseRefs(commonDir, name, values, maxRefs);
    else if (entry.isFile() && isRefName(name) && values.size < maxRefs) {
      const value = (await readText(join(commonDir, name)))?.trim();
      if (value !== undefined && value !== '') values.set(name, value);
    }
  }
}
