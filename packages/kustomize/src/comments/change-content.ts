import { getOwn, isEqual, isRecord } from '@gitops-toolkit/core';
import { emit } from '@gitops-toolkit/yaml';
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { isSameElement } from '../accumulate/present-styles.ts';

/** Changes a node of a document that reads as one value so that it reads as another; what is the same stays. */
export function changeContent(document: Document, node: Node, before: unknown, after: unknown): Node {
  if (isEqual(before, after)) return node;
  if (isMap(node) && isRecord(before) && isRecord(after)) changeMap(document, node, before, after);
  else if (isSeq(node) && Array.isArray(before) && Array.isArray(after))
    changeList(document, node, before, after);
  else return changed(node, after);
  return node;
}

function changeMap(
  document: Document,
  node: YAMLMap,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): void {
  node.items = node.items.filter((pair) => Object.hasOwn(after, keyText(pair.key)));
  for (const pair of node.items) {
    const key = keyText(pair.key);
    const value = pair.value as Node | null;
    pair.value = value
      ? changeContent(document, value, getOwn(before, key), after[key])
      : created(after[key]);
  }
  for (const key of Object.keys(after)) {
    if (!Object.hasOwn(before, key)) node.add(document.createPair(created(key), created(after[key])));
  }
}

function changeList(
  document: Document,
  node: YAMLSeq,
  before: readonly unknown[],
  after: readonly unknown[],
): void {
  const old = node.items as Node[];
  node.items = after.map((value) => {
    const same = before.findIndex((element) => isEqual(element, value));
    const i = same < 0 ? before.findIndex((element) => isSameElement(element, value)) : same;
    const item = i < 0 ? undefined : old[i];
    return item ? changeContent(document, item, before[i], value) : created(value);
  });
}

/** A new value in the place of another: a text keeps its quotes, and everything the comment behind it. */
function changed(node: Node, value: unknown): Node {
  const next = created(value);
  if (isScalar(node) && isScalar(next)) {
    if (typeof value === 'string' && typeof node.value === 'string' && isQuoted(node) && node.type)
      next.type = node.type;
    if (node.comment) next.comment = node.comment;
    if (node.commentBefore) next.commentBefore = node.commentBefore;
  }
  return next;
}

function isQuoted(node: Scalar): boolean {
  return node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE;
}

/** A value as the build prints it, so that it reads as the same again. */
function created(value: unknown): Node {
  return parseDocument(emit(value), { version: '1.2' }).contents as Node;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.source ?? key.value) : String(key);
}
