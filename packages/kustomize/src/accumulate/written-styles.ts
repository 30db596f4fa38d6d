import type { YamlDocument } from '@gitops-toolkit/yaml';
import type { ValuePath, WrittenStyles } from '../merge/merge-context.ts';

/**
 * How the scalars of a document were written. The text is looked at again only when someone asks, which
 * is seldom: where a patch writes a number over a text, or meets a null.
 */
export function stylesOf(document: YamlDocument, text: string, at: ValuePath): WrittenStyles {
  let lines: readonly string[] | undefined;
  const rest = (path: ValuePath): string | undefined => {
    const location = document.locate([...at, ...path], 'value');
    if (location?.line === undefined || location.column === undefined) return undefined;
    lines ??= text.split(/\r?\n/);
    return lines[location.line - 1]?.slice(location.column - 1);
  };
  return {
    isQuoted(path) {
      const written = rest(path);
      return written === undefined ? undefined : /^["'|>]/.test(written);
    },
    nullText(path) {
      const written = rest(path);
      if (written === undefined || /^["'|>!]/.test(written)) return undefined;
      return /^(~|null|Null|NULL)/.exec(written)?.[0] ?? '';
    },
  };
}
