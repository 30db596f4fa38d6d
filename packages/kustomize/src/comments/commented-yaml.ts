import { type FileTree, getOwn, isEqual, isRecord, type Resource } from '@gitops-toolkit/core';
import { emit, parse } from '@gitops-toolkit/yaml';
import {
  type Document,
  isAlias,
  isMap,
  LineCounter,
  parseAllDocuments,
  type ToStringOptions,
  visit,
} from 'yaml';
import type { BuildResult } from '../build-options.ts';
import { changeContent } from './change-content.ts';

/**
 * Prints the resources of a build as they stand in their files: with the comments, the order of keys and the
 * quotes that are there. What the build has changed is changed in place, what is new comes last.
 *
 * A resource that was generated, came out of a List or a remote base, or whose text has anchors is printed as
 * {@link BuildResult.toYaml} does. The objects are the same in either form: whatever would not read as the
 * same object is printed plainly, too.
 *
 * @param tree The tree that the result was built from.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { build } from '@gitops-toolkit/kustomize';
 * import { toCommentedYaml } from '@gitops-toolkit/kustomize/comments';
 * const tree = MemoryTree.from({
 *   'kustomization.yaml': 'namePrefix: staging-\nresources: [account.yaml]\n',
 *   'account.yaml': '# For CI\nkind: ServiceAccount\napiVersion: v1\nmetadata:\n  name: web # short\n',
 * });
 * console.log(toCommentedYaml(build(tree), tree)); // # For CI\nkind: ServiceAccount\n…name: staging-web # short\n
 * ```
 */
export function toCommentedYaml(result: BuildResult, tree: FileTree): string {
  const files = new Map<string, SourceFile>();
  return result.resources.map((resource) => textOf(resource, tree, files)).join('---\n');
}

interface SourceFile {
  /** The documents by the line on which their content begins. */
  readonly documents: ReadonlyMap<number, Document>;
  readonly style: Pick<ToStringOptions, 'indentSeq' | 'flowCollectionPadding'>;
}

/** How a file is written, where that is not kept with its nodes. */
function styleOf(text: string): SourceFile['style'] {
  const [, key = '', item = '-'] = /^( *)[^ #\n-][^#\n]*:\n(?: *#.*\n| *\n)*( *)- /m.exec(text) ?? [];
  return { indentSeq: item.length > key.length, flowCollectionPadding: /[{[] /.test(text) };
}

function textOf(resource: Resource, tree: FileTree, files: Map<string, SourceFile>): string {
  return fromSource(resource, tree, files) ?? emit(resource.object);
}

function fromSource(resource: Resource, tree: FileTree, files: Map<string, SourceFile>): string | undefined {
  const { file, line } = resource.origin ?? {};
  if (file === undefined || line === undefined) return undefined;
  let source = files.get(file);
  if (!source) files.set(file, (source = readSource(file, tree)));
  const document = source.documents.get(line)?.clone() as Document | undefined;
  if (!document || !isMap(document.contents) || hasAnchors(document)) return undefined;
  const before = read(document);
  if (!isSameThing(before, resource.object)) return undefined;
  changeContent(document, document.contents, before, resource.object);
  const text = document.toString({ ...source.style, lineWidth: 0, directives: false });
  return isEqual(read(document), resource.object) ? text : undefined;
}

function readSource(file: string, tree: FileTree): SourceFile {
  const bytes = tree.read(file);
  const lines = new LineCounter();
  const text = bytes ? new TextDecoder().decode(bytes) : '';
  const documents = parseAllDocuments(text, { lineCounter: lines, keepSourceTokens: true, version: '1.2' });
  const found = new Map<number, Document>();
  for (const document of Array.isArray(documents) ? documents : []) {
    const start = document.contents?.range?.[0];
    if (start !== undefined && document.errors.length === 0)
      found.set(lines.linePos(start).line, document as Document);
  }
  return { documents: found, style: styleOf(text) };
}

/** The object of a document as the build reads it. */
function read(document: Document): unknown {
  try {
    return parse(document.toString({ lineWidth: 0, directives: false }));
  } catch {
    return undefined;
  }
}

function hasAnchors(document: Document): boolean {
  let found = false;
  visit(document, (_key, node) => {
    found ||=
      isAlias(node) ||
      (typeof node === 'object' && node !== null && 'anchor' in node && Boolean(node.anchor));
  });
  return found;
}

/** A line may hold something else than the resource: a List, say. */
function isSameThing(before: unknown, object: unknown): boolean {
  return isRecord(before) && getOwn(before, 'items') === undefined && isRecord(object);
}
