import { compileName, type NameMatcher } from './glob.ts';

/** What a pattern says of a path. */
export type Verdict = 'ignored' | 'kept' | 'silent';

/** One line of an ignore file. */
export interface IgnorePattern {
  /** @param parts The parts of the path from the root of the tree. */
  judge(parts: readonly string[], isDirectory: boolean): Verdict;
}

/** A part of a pattern: `**`, nothing (before a leading slash), or a name. */
type Segment = 'any-depth' | 'nothing' | 'impossible' | NameMatcher;

/**
 * Reads one line in `.gitignore` syntax. The rules are those of the library that Flux uses, which
 * differ from git's own: a later `!dir/file` keeps a file though `dir/` is ignored; `\#` and `\!`
 * are taken by the name matcher; trailing spaces go unless the last is escaped.
 *
 * @param domain The parts of the directory that the pattern is valid below.
 */
export function parseIgnorePattern(line: string, domain: readonly string[] = []): IgnorePattern {
  const negated = line.startsWith('!');
  let text = negated ? line.slice(1) : line;
  if (!text.endsWith('\\ ')) text = text.replace(/ +$/, '');
  const directoriesOnly = text.endsWith('/');
  if (directoriesOnly) text = text.slice(0, -1);
  const matches = text.includes('/')
    ? matchPath(text.split('/').map(toSegment), directoriesOnly)
    : matchAnywhere(compileName(text), directoriesOnly);
  const verdict: Verdict = negated ? 'kept' : 'ignored';
  return {
    judge(parts, isDirectory) {
      if (parts.length <= domain.length) return 'silent';
      for (let i = 0; i < domain.length; i++) if (parts[i] !== domain[i]) return 'silent';
      return matches(parts, domain.length, isDirectory) ? verdict : 'silent';
    },
  };
}

type Match = (parts: readonly string[], from: number, isDirectory: boolean) => boolean;

/** A pattern without a slash fits a name at any depth, and all that is below a directory of that name. */
function matchAnywhere(name: NameMatcher, directoriesOnly: boolean): Match {
  return (parts, from, isDirectory) => {
    for (let i = from; i < parts.length; i++) {
      if (name(parts[i] ?? '')) return !(directoriesOnly && !isDirectory && i === parts.length - 1);
    }
    return false;
  };
}

function toSegment(text: string): Segment {
  if (text === '') return 'nothing';
  if (text === '**') return 'any-depth';
  return text.includes('**') ? 'impossible' : compileName(text);
}

/** A pattern with a slash is anchored at its directory. It fits all that is below what it names. */
function matchPath(segments: readonly Segment[], directoriesOnly: boolean): Match {
  return (parts, from, isDirectory) => {
    let at = from;
    let matched = false;
    let anyDepth = false;
    for (const [i, segment] of segments.entries()) {
      if (segment === 'nothing') {
        anyDepth = false;
        continue;
      }
      if (segment === 'any-depth') {
        if (i === segments.length - 1) break;
        anyDepth = true;
        continue;
      }
      if (segment === 'impossible' || at >= parts.length) return false;
      if (anyDepth) {
        // The first name that fits is taken; there is no second try with a later one.
        while (at < parts.length && !segment(parts[at] ?? '')) at++;
        matched = at < parts.length;
        if (!matched) return false;
        at++;
        anyDepth = false;
      } else {
        if (!segment(parts[at] ?? '')) return false;
        matched = true;
        at++;
      }
    }
    return matched && !(directoriesOnly && !isDirectory && at === parts.length);
  };
}
