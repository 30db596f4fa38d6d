import {
  locationString,
  type SourceLocation,
  ToolkitError,
  type ToolkitErrorOptions,
} from '@gitops-toolkit/core';
import type { FailedValue, TemplateStep } from './explain/explanation.ts';

/** Every code that {@link HelmError} has. `docs/errors/helm.md` explains each. */
export type HelmErrorCode =
  | 'HELM_CHART_INVALID'
  | 'HELM_CHART_NOT_FETCHED'
  | 'HELM_DEPENDENCY_MISSING'
  | 'HELM_KUBE_VERSION_INCOMPATIBLE'
  | 'HELM_RELEASE_INVALID'
  | 'HELM_VALUES_INVALID'
  | 'HELM_SCHEMA_FAILED'
  | 'HELM_TEMPLATE_FAILED'
  | 'HELM_OUTPUT_INVALID'
  | 'HELM_POST_RENDER_FAILED'
  | 'HELM_INDEX_INVALID'
  | 'HELM_CHART_NOT_FOUND'
  | 'HELM_FETCH_FAILED'
  | 'HELM_DIGEST_MISMATCH'
  | 'HELM_LOCK_OUT_OF_SYNC'
  | 'HELM_PROVENANCE_INVALID'
  | 'HELM_LIMIT';

/** What is known of a {@link HelmError} beside its text. */
export interface HelmErrorOptions extends ToolkitErrorOptions {
  readonly includes?: readonly TemplateStep[];
  readonly value?: FailedValue;
  readonly output?: FaultyOutput;
}

/** Where a document is faulty that a template made. */
export interface FaultyOutput {
  /** From 1. */
  readonly line: number;
  readonly column?: number;
  /** The lines around it, and no more: the document may be a Secret. */
  readonly frame: string;
}

/**
 * A chart that cannot be found, loaded, rendered or packaged. The message begins with Helm's own words; what more is
 * known is in the other fields.
 */
export class HelmError extends ToolkitError {
  declare readonly code: HelmErrorCode;
  /** The calls on the way to the place in a template, from the file that Helm executes to the last one. */
  readonly includes?: readonly TemplateStep[];
  /** The value that a template failed with, such as one that is nil. */
  readonly value?: FailedValue;
  /** What a template made, where that is at fault. */
  readonly output?: FaultyOutput;

  constructor(code: HelmErrorCode, message: string, options: HelmErrorOptions = {}) {
    super(code, message, options);
    if (options.includes && options.includes.length > 0) this.includes = options.includes;
    if (options.value) this.value = options.value;
    if (options.output) this.output = options.output;
  }

  /** The faulty output, the lines of the template around the place, and the way there through the includes. */
  override get frame(): string | undefined {
    const template = super.frame;
    const { output, source } = this;
    const parts = [
      output?.frame,
      output && template !== undefined && source && `written by ${locationString(source)}:`,
      template,
      ...(this.includes ?? []).toReversed().map(includeLine),
    ].filter((part) => typeof part === 'string');
    return parts.length === 0 ? undefined : parts.join('\n');
  }
}

const includeLine = ({ source, expression }: { source: SourceLocation; expression: string }): string =>
  `  included by ${locationString(source)}: {{ ${cut(expression)} }}`;

const cut = (text: string): string => (text.length > 100 ? `${text.slice(0, 99)}…` : text);
