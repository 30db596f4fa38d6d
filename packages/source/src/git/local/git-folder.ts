import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SourceError } from '../../errors.ts';
import { type ObjectFormat, SHA1, SHA256 } from '../object-format.ts';

/** Where the parts of a repository are on this machine. */
export interface GitFolder {
  /** What belongs to one work tree: its `HEAD`. */
  readonly gitDir: string;
  /** What all work trees share: references and objects. */
  readonly commonDir: string;
  /** Folders with objects: the repository's own, then those that it borrows from. */
  readonly objectDirs: readonly string[];
  readonly format: ObjectFormat;
}

/** Repositories that borrow from repositories that borrow. */
const MAX_ALTERNATES = 20;

/** Finds the parts of the repository in a folder. */
export async function openGitFolder(path: string): Promise<GitFolder> {
  const root = resolve(path);
  const gitDir = (await findGitDir(root)) ?? root;
  if (!(await isFile(join(gitDir, 'HEAD')))) {
    throw new SourceError('GIT_REPOSITORY_NOT_FOUND', `there is no git repository in ${path}`);
  }
  const common = await readText(join(gitDir, 'commondir'));
  const commonDir = common === undefined ? gitDir : resolve(gitDir, common.trim());
  const format = formatOf((await readText(join(commonDir, 'config'))) ?? '');
  return { gitDir, commonDir, objectDirs: await objectDirs(join(commonDir, 'objects')), format };
}

/** `.git` is a folder, or, in further work trees and submodules, a file that names one. */
async function findGitDir(root: string): Promise<string | undefined> {
  const path = join(root, '.git');
  if (!(await isFile(path))) return (await isFile(join(path, 'HEAD'))) ? path : undefined;
  const target = /^gitdir: (.+)$/m.exec((await readText(path)) ?? '')?.[1];
  return target === undefined ? undefined : resolve(root, target.trim());
}

async function objectDirs(own: string): Promise<string[]> {
  const dirs = [own];
  for (let i = 0; i < dirs.length && dirs.length < MAX_ALTERNATES; i++) {
    const dir = dirs[i] ?? own;
    const alternates = (await readText(join(dir, 'info', 'alternates'))) ?? '';
    for (const line of alternates.split('\n')) {
      const path = line.trim();
      if (path === '' || path.startsWith('#')) continue;
      const found = resolve(dir, path);
      if (!dirs.includes(found)) dirs.push(found);
    }
  }
  return dirs;
}

function formatOf(config: string): ObjectFormat {
  if (/^\s*refstorage\s*=\s*reftable\s*$/im.test(config)) {
    throw new SourceError('GIT_REPOSITORY_INVALID', 'the repository keeps its references in a reftable', {
      hint: 'Migrate it with git refs migrate --ref-format=files, or serve it over HTTP.',
    });
  }
  const name = /^\s*objectformat\s*=\s*(\S+)\s*$/im.exec(config)?.[1]?.toLowerCase() ?? 'sha1';
  if (name === 'sha1') return SHA1;
  if (name === 'sha256') return SHA256;
  throw new SourceError('GIT_REPOSITORY_INVALID', `the repository has an unknown object format: ${name}`);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The text of a file; `undefined` where it is not there. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw new SourceError('GIT_REPOSITORY_INVALID', `cannot read ${path}`, { cause: error });
  }
}
