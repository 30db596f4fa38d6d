import { normalizePath } from '@gitops-toolkit/core';
import { SourceError } from '../../errors.ts';

/** A submodule as `.gitmodules` has it. */
export interface SubmoduleEntry {
  readonly name: string;
  /** Where it is in the repository. */
  readonly path: string;
  /** As it is written: absolute, or relative to the repository's own. */
  readonly url: string;
}

/** The file at the root of a repository that says what its submodules are. */
export const GITMODULES = '.gitmodules';

const MAX_BYTES = 1024 * 1024;
const SECTION = /^\[\s*submodule\s+"((?:[^"\\]|\\.)*)"\s*\]$/;
const OTHER_SECTION = /^\[.*\]$/;
const ENTRY = /^([A-Za-z][A-Za-z0-9-]*)\s*(?:=\s*(.*))?$/;

/**
 * Reads `.gitmodules`: of each submodule its path and its URL. Names and paths that could lead elsewhere, as in
 * CVE-2018-11235 and its like, make the whole repository refused; what says how to update is not looked at.
 *
 * @throws `GIT_REPOSITORY_INVALID`
 */
export function parseGitmodules(data: Uint8Array): SubmoduleEntry[] {
  if (data.length > MAX_BYTES) throw invalid(`has more than ${MAX_BYTES} bytes`);
  const entries: SubmoduleEntry[] = [];
  let current: { name: string; path?: string; url?: string } | undefined;
  const end = (): void => {
    const { name = '', path, url } = current ?? {};
    if (path !== undefined && url !== undefined) entries.push(checked({ name, path, url }));
    current = undefined;
  };
  for (const [number, line] of new TextDecoder().decode(data).split('\n').entries()) {
    // Only the line feed ends a line: what git takes for a part of a name must not be taken off here.
    const text = withoutBlanks(line);
    if (text === '' || text.startsWith('#') || text.startsWith(';')) continue;
    const section = SECTION.exec(text);
    if (section || OTHER_SECTION.test(text)) {
      end();
      if (section) current = { name: unescape(section[1] ?? '') };
      continue;
    }
    const [, key = '', value = ''] = ENTRY.exec(text) ?? [];
    if (key === '') throw invalid(`cannot be read at line ${number + 1}`);
    const lower = key.toLowerCase();
    if (current && (lower === 'path' || lower === 'url')) current[lower] = valueOf(value, number + 1);
  }
  end();
  return entries;
}

function valueOf(text: string, line: number): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(text);
  if (quoted) return unescape(quoted[1] ?? '');
  if (/["\\]/.test(text)) throw invalid(`cannot be read at line ${line}`);
  // Expressions that look for blanks before something else take a square of the time for a line of blanks.
  let comment = 0;
  while (comment < text.length && !(isCommentSign(text[comment]) && /\s/.test(text[comment - 1] ?? '')))
    comment++;
  return comment < text.length ? text.slice(0, comment).trimEnd() : text;
}

function isCommentSign(character: string | undefined): boolean {
  return character === '#' || character === ';';
}

/** Without blanks and tabs at both ends. */
function withoutBlanks(line: string): string {
  let [start, end] = [0, line.length];
  while (start < end && isBlank(line[start])) start++;
  while (end > start && isBlank(line[end - 1])) end--;
  return line.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1');
}

function checked(entry: SubmoduleEntry): SubmoduleEntry {
  const { name, path } = entry;
  const parts = name.split(/[/\\]/);
  const isName = name !== '' && !name.startsWith('-') && !parts.includes('..') && !/\p{Cc}/u.test(name);
  if (!isName) throw invalid(`names a submodule ${JSON.stringify(name.slice(0, 200))}`);
  const isPath =
    path !== '' && normalizePath(path) === path && !path.startsWith('-') && !/[\\\p{Cc}]/u.test(path);
  if (!isPath) throw invalid(`has a submodule at ${JSON.stringify(path.slice(0, 200))}`);
  return entry;
}

/** The error where something else has its name: a link in its place could lead to what somebody else has written. */
export function noGitmodules(): SourceError {
  return new SourceError('GIT_REPOSITORY_INVALID', 'what is called .gitmodules is no file');
}

function invalid(words: string): SourceError {
  return new SourceError('GIT_REPOSITORY_INVALID', `the file .gitmodules ${words}`, {
    hint: 'Submodules are at paths inside the repository, under names that are paths, too.',
  });
}
