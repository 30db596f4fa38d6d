import { positionOf, type SourceLocation } from '@gitops-toolkit/core';
import type { ErrorNode } from '../parse/node.ts';
import { printNode } from '../parse/print-node.ts';

/** A template, and the text in which it stands. */
export interface PlacedTemplate {
  readonly name: string;
  readonly source: { readonly name: string; readonly text: string };
}

/** A place in a template: a node, or a line of a text. */
export class TemplatePlace {
  /** The name of the template, which its file may have many of. */
  readonly template: string;
  /** The text of the file. */
  readonly text: string;
  readonly #file: string;
  readonly #offset: number;
  readonly #node: ErrorNode;

  constructor({ name, source }: PlacedTemplate, node: ErrorNode, offset: number = node.offset) {
    this.template = name;
    this.text = source.text;
    this.#file = source.name;
    this.#offset = offset;
    this.#node = node;
  }

  /** File, line and column. */
  get source(): Required<SourceLocation> {
    return { file: this.#file, ...positionOf(this.text, this.#offset) };
  }

  /** What stands there, as Go prints it: `include "labels" . | nindent 4`; empty for mere text. */
  get expression(): string {
    const node = this.#node;
    if (node.type === 'text') return '';
    if ('list' in node) return `${node.type} ${printNode(node.pipe)}`;
    if (node.type === 'action') return printNode(node.pipe);
    return printNode(node).replace(/^{{(.*)}}$/s, '$1');
  }
}
