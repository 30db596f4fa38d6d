import type { TracedPart, TracedText } from '@gitops-toolkit/go-template';
import type { Dialect } from '../dialect.ts';
import { splitManifests } from '../output/split-manifests.ts';
import type { RenderTrace } from './render-trace.ts';

/** What a template has written, line by line, and the documents in it. */
export interface TracedLines {
  readonly lines: readonly (readonly TracedPart[])[];
  /** `start` is the number of lines before a document. */
  readonly documents: readonly { readonly content: string; readonly start: number }[];
}

const read = new WeakMap<TracedText, TracedLines>();

/** The lines of a template that Helm executes; nothing where there is none of the name. */
export function tracedLines(trace: RenderTrace, template: string, dialect: Dialect): TracedLines | undefined {
  const written = trace.tracer.outputs.get(template);
  let lines = written && read.get(written);
  if (written && !lines) read.set(written, (lines = readLines(written, dialect)));
  return lines;
}

function readLines(written: TracedText, dialect: Dialect): TracedLines {
  // As Helm leaves it: no line more, and none less.
  const text = written.text.replaceAll('<no value>', '');
  let end = 0;
  const documents = splitManifests(text, dialect).map((content) => {
    const at = text.indexOf(content, end);
    end = at + content.length;
    return { content, start: text.slice(0, at).split('\n').length - 1 };
  });
  return { lines: written.lines, documents };
}

/** The first part of a line that is no mere space. */
export const firstWords = (parts: readonly TracedPart[]): TracedPart | undefined =>
  parts.find(({ text }) => text.trim() !== '');
