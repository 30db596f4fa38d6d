import { getOwn, isEqual, isRecord } from '@gitops-toolkit/core';
import { emit, parseDocuments, type YamlDocument } from '@gitops-toolkit/yaml';

/** The annotation in which Helm 4 keeps the template of a document while post-renderers have it. */
const FILENAME = 'postrenderer.helm.sh/postrender-filename';
const LINE = /^[ \t]*(?:"|')?postrenderer\.helm\.sh\/postrender-filename(?:"|')?:.*(?:\n|$)/m;

/** A document, and the file that it is of. */
export interface NamedDocument {
  readonly text: string;
  /** Empty where it has no annotation. */
  readonly file: string;
}

/**
 * Gives a document the annotation; the items of a `List` become documents of their own, as they do in Helm. The text
 * stays as it is around the annotation where it can; otherwise it is written anew.
 *
 * @throws YamlError for what is no YAML
 */
export function nameDocuments(text: string, file: string): string[] {
  const [document] = parseDocuments(text, { dialect: 'yaml11', file });
  if (!document) return [];
  const items = getOwn(document.value, 'kind') === 'List' ? getOwn(document.value, 'items') : undefined;
  if (Array.isArray(items)) return items.map((item: unknown) => written(annotated(item, file)));
  return [insert(text, document, file)];
}

function insert(text: string, document: YamlDocument, file: string): string {
  const wanted = annotated(document.value, file);
  const lines = text.split('\n');
  const entry = emit({ [FILENAME]: file }).trimEnd();
  for (const [path, added] of [
    [['metadata', 'annotations'], [entry]],
    [['metadata'], ['annotations:', `  ${entry}`]],
    [[], ['metadata:', '  annotations:', `    ${entry}`]],
  ] as const) {
    const place = firstEntry(document, path);
    if (!place) continue;
    const indent = ' '.repeat(place.column - 1);
    const before = lines.slice(0, place.line - 1);
    const all = [...before, ...added.map((line) => indent + line), ...lines.slice(place.line - 1)].join('\n');
    return isDocument(all, wanted) ? all : written(wanted);
  }
  return written(wanted);
}

/** Where the first entry of a map stands. */
function firstEntry(
  document: YamlDocument,
  path: readonly string[],
): { line: number; column: number } | undefined {
  const map = path.reduce<unknown>(getOwn, document.value);
  const [key] = isRecord(map) ? Object.keys(map) : [];
  const { line, column } = (key !== undefined && document.locate([...path, key], 'key')) || {};
  return line === undefined || column === undefined ? undefined : { line, column };
}

/** Takes the annotation away again, and with it annotations and metadata that have nothing else. @throws YamlError */
export function unnameDocument(text: string): NamedDocument | undefined {
  const [document] = parseDocuments(text, { dialect: 'yaml11' });
  if (!document) return undefined;
  const file = getOwn(getOwn(getOwn(document.value, 'metadata'), 'annotations'), FILENAME);
  if (typeof file !== 'string' || file === '') return { text, file: '' };
  const wanted = unannotated(document.value);
  for (const each of [text.replace(LINE, ''), withoutEmpty(text.replace(LINE, ''))])
    if (isDocument(each, wanted)) return { text: each, file };
  return { text: written(wanted), file };
}

/** Without keys that nothing stands below any more. */
const withoutEmpty = (text: string): string =>
  text.replace(/^[ \t]*annotations:[ \t]*\n/m, '').replace(/^metadata:[ \t]*\n(?! )/m, '');

function annotated(value: unknown, file: string): unknown {
  if (!isRecord(value)) return value;
  const metadata = getOwn(value, 'metadata');
  const annotations = getOwn(metadata, 'annotations');
  return {
    ...value,
    metadata: {
      ...(isRecord(metadata) ? metadata : {}),
      annotations: { ...(isRecord(annotations) ? annotations : {}), [FILENAME]: file },
    },
  };
}

function unannotated(value: unknown): unknown {
  const { metadata, ...rest } = value as Record<string, Record<string, unknown>>;
  const { annotations, ...others } = metadata ?? {};
  const { [FILENAME]: _file, ...left } = annotations as Record<string, unknown>;
  const known = Object.keys(left).length > 0 ? { annotations: left, ...others } : others;
  return Object.keys(known).length > 0 ? { metadata: known, ...rest } : rest;
}

function isDocument(text: string, wanted: unknown): boolean {
  try {
    return isEqual(parseDocuments(text, { dialect: 'yaml11' })[0]?.value, wanted);
  } catch {
    return false;
  }
}

const written = (value: unknown): string => emit(value, { style: 'kyaml' });
