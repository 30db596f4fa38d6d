import { SourceError } from '../errors.ts';
import type { ObjectFormat } from './object-format.ts';

/** A name in a tree object. */
export interface GitTreeEntry {
  readonly name: string;
  readonly kind: 'file' | 'executable' | 'symlink' | 'directory' | 'submodule';
  readonly id: string;
}

const KINDS: ReadonlyMap<string, GitTreeEntry['kind']> = new Map<string, GitTreeEntry['kind']>([
  ['100644', 'file'],
  ['100664', 'file'], // written by very old versions of git
  ['100755', 'executable'],
  ['120000', 'symlink'],
  ['40000', 'directory'],
  ['040000', 'directory'],
  ['160000', 'submodule'],
]);

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a tree object, name by name: who has enough of them need not have all.
 *
 * @param path Where the tree stands, for errors.
 * @throws `GIT_TREE_UNSAFE` for names that would mean something else on some disk, names that come
 * twice, and unknown kinds; `GIT_PROTOCOL` for a damaged object.
 */
export function* parseTree(data: Uint8Array, format: ObjectFormat, path: string): Generator<GitTreeEntry> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  const names = new Set<string>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const nul = bytes.indexOf(0, space + 1);
    const end = nul + 1 + format.size;
    if (space < 0 || nul < 0 || end > bytes.length) {
      throw new SourceError('GIT_PROTOCOL', `the tree at ${JSON.stringify(path)} is damaged`);
    }
    const kind = KINDS.get(bytes.toString('latin1', at, space));
    const name = decodeName(bytes.subarray(space + 1, nul), path);
    checkName(name, path);
    if (kind === undefined) throw unsafe(path, name, 'is of an unknown kind');
    if (names.has(name)) throw unsafe(path, name, 'comes twice');
    names.add(name);
    yield { name, kind, id: bytes.toString('hex', nul + 1, end) };
    at = end;
  }
}

function decodeName(bytes: Uint8Array, path: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw unsafe(path, Buffer.from(bytes).toString('latin1'), 'is not UTF-8');
  }
}

/** As long as paths are on Linux: no checkout has longer ones. */
export const MAX_PATH_LENGTH = 4096;

/** What macOS leaves out of names when it compares them. */
const HFS_IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;

/** Refuses names that climb out, hide `.git`, or are taken apart on Windows. */
function checkName(name: string, path: string): void {
  if (name === '' || name === '.' || name === '..') throw unsafe(path, name, 'is no name of a file');
  if (/[/\\\0]/.test(name)) throw unsafe(path, name, 'has a separator or a NUL in it');
  if (name.charCodeAt(0) !== 0x2e && !/^git~/i.test(name) && !HFS_IGNORED.test(name)) return;
  // NTFS drops dots and spaces at the end, and what follows a colon; its short name of .git is git~1.
  const folded = withoutEnd(name.replace(HFS_IGNORED, '').split(':')[0]!).toLowerCase();
  if (folded === '.git' || /^git~[0-9]+$/.test(folded))
    throw unsafe(path, name, 'stands for .git on some disks');
}

/** Without dots and spaces at the end, in one go: an expression would take a square of the time for a name of dots. */
function withoutEnd(name: string): string {
  let end = name.length;
  while (end > 0 && '. '.includes(name[end - 1]!)) end--;
  return name.slice(0, end);
}

function unsafe(path: string, name: string, words: string): SourceError {
  const shown = JSON.stringify((path === '' ? name : `${path}/${name}`).slice(0, 300));
  return new SourceError('GIT_TREE_UNSAFE', `the repository is refused: ${shown} ${words}`);
}
