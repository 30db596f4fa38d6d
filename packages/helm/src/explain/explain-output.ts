import { codeFrame } from '@gitops-toolkit/core';
import type { TracedPart } from '@gitops-toolkit/go-template';
import { YamlError } from '@gitops-toolkit/yaml';
import type { Dialect } from '../dialect.ts';
import { type FaultyOutput, HelmError } from '../errors.ts';
import { includesOf, type RenderTrace } from './render-trace.ts';
import { firstWords, tracedLines } from './traced-lines.ts';

/** Does what may fail because of what templates made; then the failure has the place that made the faulty line. */
export function explainingOutput<T>(trace: RenderTrace, dialect: Dialect, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof HelmError && error.code === 'HELM_OUTPUT_INVALID'
      ? explained(error, trace, dialect)
      : error;
  }
}

function explained(error: HelmError, trace: RenderTrace, dialect: Dialect): HelmError {
  const { cause, source, sourceText = '', hint } = error;
  const { line, column } = (cause instanceof YamlError && cause.source) || {};
  const template = source?.file ?? '';
  const part = partOf(trace, { template, document: sourceText, line: line ?? 1, dialect });
  return new HelmError(error.code, error.message, {
    cause,
    ...(hint !== undefined && { hint }),
    ...(line !== undefined && { output: faultAt(sourceText, line, column) }),
    ...(part
      ? { source: part.place.source, sourceText: part.place.text, includes: includesOf(part.scope) }
      : { ...(source && { source: { file: source.file } }) }),
  });
}

function faultAt(text: string, line: number, column: number | undefined): FaultyOutput {
  const place = { line, ...(column !== undefined && { column }) };
  return { ...place, frame: codeFrame(text, { file: 'output', ...place }) };
}

/** A line of a document that a template made. */
interface DocumentLine {
  readonly template: string;
  readonly document: string;
  readonly line: number;
  readonly dialect: Dialect;
}

/** Who has written a line, or the last one before it that has words: a fault may be found behind the end. */
function partOf(
  trace: RenderTrace,
  { template, document, line, dialect }: DocumentLine,
): TracedPart | undefined {
  const written = tracedLines(trace, template, dialect);
  const start = written?.documents.find(({ content }) => content === document)?.start ?? 0;
  return written?.lines
    .slice(start, start + line)
    .toReversed()
    .flatMap((parts) => firstWords(parts) ?? [])[0];
}
