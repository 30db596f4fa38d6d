import { getOwn } from '@gitops-toolkit/core';
import { parseDocuments, type YamlDocument } from '@gitops-toolkit/yaml';
import type { PlacedText } from '../load/placed-text.ts';
import type { ValuePath, WrittenStyles } from '../merge/merge-context.ts';

/** A key with nothing behind its colon: the end of the line, a comment, or what ends a flow collection's entry. */
const BLANK_ENTRY = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^:]+):\s*(?:$|[#,}\]])/;
const TIMESTAMP = /^\d{4}-\d\d?-\d\d?(?:[Tt ]+[\d:.]+(?: *(?:Z|[-+][\d:]+))?)?/;
const PLAIN_WORD = /^(?:true|True|TRUE|false|False|FALSE)(?=$|[\s,}\]])/;
const NULL_WORD = /^(?:~|null|Null|NULL)(?=$|[\s,}\]])/;

/**
 * How the scalars of a document were written. The text is looked at again only when someone asks, which
 * is seldom: where a patch writes a number over a text, or meets a null.
 */
export function stylesOf(document: YamlDocument, written: PlacedText, at: ValuePath): WrittenStyles {
  const { text } = written;
  let lines: readonly string[] | undefined;
  const rest = (path: ValuePath, target: 'key' | 'value'): string | undefined => {
    const location = document.locate([...at, ...path], target);
    if (location?.line === undefined || location.column === undefined) return undefined;
    lines ??= text.split(/\r?\n/);
    return lines[location.line - 1]?.slice(location.column - 1);
  };
  return {
    isQuoted(path) {
      const written = rest(path, 'value');
      return written === undefined ? undefined : /^["'|>]/.test(written);
    },
    quote(path) {
      const first = rest(path, 'value')?.charAt(0);
      return first === '"' || first === "'" ? first : undefined;
    },
    plainText: (path) =>
      PLAIN_WORD.exec(rest(path, 'value') ?? '')?.[0] ?? timestampIn(rest(path, 'value') ?? ''),
    place(path) {
      const { line, column } = document.locate([...at, ...path], 'value') ?? {};
      return line === undefined ? undefined : written.at(line, column);
    },
    read() {
      const documents = parseDocuments(text, { dialect: 'kustomize' });
      return valueAt(documents.find(({ line }) => line === document.line)?.value, at);
    },
    nullText(path) {
      const word = NULL_WORD.exec(rest(path, 'value') ?? '')?.[0];
      if (word !== undefined) return word;
      return BLANK_ENTRY.test(rest(path, 'key') ?? '') ? '' : undefined;
    },
  };
}

function valueAt(value: unknown, path: ValuePath): unknown {
  let at = value;
  for (const step of path) at = Array.isArray(at) ? at[Number(step)] : getOwn(at, String(step));
  return at;
}

/** The timestamp that a text begins with. */
export function timestampIn(text: string): string | undefined {
  return TIMESTAMP.exec(text)?.[0];
}
