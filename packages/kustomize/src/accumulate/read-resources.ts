import { getOwn, isRecord, NumberLiteral, setOwn, createRecord } from '@gitops-toolkit/core';
import type { YamlDocument } from '@gitops-toolkit/yaml';
import { traceOf } from '../explain/build-trace.ts';
import { KustomizeError, type Place } from '../errors.ts';
import type { LoadedFile, Loader } from '../load/loader.ts';
import { fileText, type PlacedText } from '../load/placed-text.ts';
import { readDocuments } from '../load/read-yaml.ts';
import { documentLines } from './document-lines.ts';
import { importHistory } from './import-history.ts';
import { ResourceNode } from './resource-node.ts';
import { scalarText } from './scalar-text.ts';
import { stylesOf } from './written-styles.ts';

/** The resources of a file that a kustomization names. */
export function readResourceFile(loader: Loader, file: LoadedFile): ResourceNode[] {
  const text = fileText(file);
  const nodes = toResources(readDocuments(text.text, file.name, file.writtenPath), text);
  loader.context.countResources(nodes.length);
  for (const node of nodes) loader.context.schemas.noteKind(node.gvk);
  traceOf(loader.context)?.read(nodes);
  return nodes;
}

/** The resources of a text that stands in a kustomization. */
export function readInlineResources(inline: PlacedText): ResourceNode[] {
  return toResources(readInlineDocuments(inline), inline);
}

function readInlineDocuments({ text, file, at }: PlacedText): YamlDocument[] {
  try {
    return readDocuments(text, file);
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw error.placedAt(at(error.source?.line ?? 1, error.source?.column));
  }
}

interface Item {
  readonly value: unknown;
  readonly document: YamlDocument;
  /** Where the document begins. */
  readonly line: number;
  /** Where in the document it is. */
  readonly path: readonly (string | number)[];
}

function toResources(documents: readonly YamlDocument[], written: PlacedText): ResourceNode[] {
  const { text } = written;
  const lines = documentLines(text);
  const items = documents.map((document, i): Item => {
    // Where the two disagree on what a document is, the documents know better.
    const line = lines.length === documents.length ? lines[i] : document.line;
    return { value: document.value, document, line: line ?? document.line, path: [] };
  });
  const nodes: ResourceNode[] = [];
  // Items of lists come after all that stands in the file itself, as they are found.
  const queue = [...unwrapOnly(items)];
  for (let i = 0; i < queue.length; i++) {
    const item = queue[i];
    if (!item || isBlank(item.value)) continue;
    const { value } = item;
    const line = lineOfItem(item);
    const place = (): Place => written.at(line);
    checkMetadata(value, place);
    const inner = listItems(value, item, place);
    if (inner) queue.push(...inner);
    else nodes.push(makeNode(value, item, line, written));
  }
  return nodes;
}

function makeNode(
  value: Record<string, unknown>,
  item: Item,
  line: number,
  written: PlacedText,
): ResourceNode {
  const { text, file, isFile, at } = written;
  const place = isFile ? { source: { file, line }, sourceText: text } : () => at(line);
  const node = new ResourceNode(value, place, stylesOf(item.document, written, item.path));
  importHistory(node);
  return node;
}

/** A file that holds a single `List` is as good as its items. */
function unwrapOnly(items: readonly Item[]): readonly Item[] {
  const [only] = items;
  if (items.length !== 1 || !only || !isRecord(only.value)) return items;
  const kind = scalarText(getOwn(only.value, 'kind'));
  const list = getOwn(only.value, 'items');
  if ((kind !== 'List' && kind !== 'ResourceList') || list === undefined) return items;
  return Array.isArray(list) ? list.map((value: unknown, i) => ({ ...only, value, path: ['items', i] })) : [];
}

function isBlank(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}

function lineOfItem(item: Item): number {
  return (item.path.length === 0 ? undefined : item.document.locate(item.path)?.line) ?? item.line;
}

/**
 * Every resource has a kind and, but for lists, a name.
 *
 * @throws KustomizeError KUSTOMIZE_INVALID_RESOURCE
 */
export function checkMetadata(
  value: unknown,
  place: () => Place | undefined,
): asserts value is Record<string, unknown> {
  const metadata = getOwn(value, 'metadata');
  const kind = scalarText(getOwn(value, 'kind'));
  const hasMetadata = isRecord(metadata) && Object.keys(metadata).length > 0;
  const invalid = (message: string, hint: string): KustomizeError =>
    new KustomizeError('KUSTOMIZE_INVALID_RESOURCE', message, { ...place(), hint });
  if (kind === '' && scalarText(getOwn(value, 'apiVersion')) === '' && !hasMetadata) {
    throw invalid('missing Resource metadata', 'A resource is a map with apiVersion, kind and metadata.');
  }
  if (kind === '')
    throw invalid(`missing kind in object ${describeMetadata(value)}`, 'Add the kind of the object.');
  if (kind.endsWith('List') || scalarText(getOwn(metadata, 'name')) !== '') return;
  throw invalid(
    `missing metadata.name in object ${describeMetadata(value)}`,
    'Add metadata.name; generateName alone is not enough, for patches and references go by name.',
  );
}

/** As Go prints the metadata: `{{v1 ConfigMap} {{ } map[] map[]}}`. */
function describeMetadata(value: unknown): string {
  const metadata = getOwn(value, 'metadata');
  const texts = (field: string): string => {
    const map = getOwn(metadata, field);
    const keys = isRecord(map) ? Object.keys(map).toSorted() : [];
    return `map[${keys.map((key) => `${key}:${scalarText(getOwn(map, key))}`).join(' ')}]`;
  };
  const type = `{${scalarText(getOwn(value, 'apiVersion'))} ${scalarText(getOwn(value, 'kind'))}}`;
  const name = `{${scalarText(getOwn(metadata, 'name'))} ${scalarText(getOwn(metadata, 'namespace'))}}`;
  return `{${type} {${name} ${texts('labels')} ${texts('annotations')}}}`;
}

/** The items of an object whose kind ends in `List`, if it has any; `undefined` for any other object. */
function listItems(value: Record<string, unknown>, item: Item, place: () => Place): Item[] | undefined {
  const kind = scalarText(getOwn(value, 'kind'));
  if (!kind.endsWith('List')) return undefined;
  const items = getOwn(value, 'items');
  if (items === undefined) return undefined;
  if (items === null) return [];
  if (!Array.isArray(items)) {
    const found = isRecord(items) ? 'map[string]interface {}' : typeof items;
    throw new KustomizeError(
      'KUSTOMIZE_INVALID_RESOURCE',
      `expected array in ${kind}/items, but found ${found}`,
      place(),
    );
  }
  return items.map((entry: unknown, i) => ({
    ...item,
    value: throughJson(entry),
    path: [...item.path, 'items', i],
  }));
}

/** Items of lists lose how their numbers were written, as they pass through JSON in kustomize. */
function throughJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(throughJson);
  if (value instanceof NumberLiteral) {
    const number = Number(value.json);
    return /^-?\d+$/.test(value.json) && !Number.isSafeInteger(number)
      ? new NumberLiteral(value.json)
      : number;
  }
  if (!isRecord(value)) return value;
  const copy = createRecord();
  for (const key of Object.keys(value)) setOwn(copy, key, throughJson(value[key]));
  return copy;
}
