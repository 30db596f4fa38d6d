import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

/** Every code that {@link TemplateError} has. `docs/errors/go-template.md` explains each. */
export type TemplateErrorCode =
  | 'GO_TEMPLATE_SYNTAX'
  | 'GO_TEMPLATE_EXECUTION'
  | 'GO_TEMPLATE_NOT_DEFINED'
  | 'GO_TEMPLATE_LIMIT';

/** What is known of a {@link TemplateError} beside its text. */
export interface TemplateErrorOptions extends ToolkitErrorOptions {
  /** What had been written before the failure. */
  readonly output?: string;
}

/** A template that cannot be parsed or executed. The message is Go's, word for word. */
export class TemplateError extends ToolkitError {
  declare readonly code: TemplateErrorCode;
  /** What had been written before the failure; empty where nothing was executed. */
  readonly output: string;

  constructor(code: TemplateErrorCode, message: string, options: TemplateErrorOptions = {}) {
    super(code, message, options);
    this.output = options.output ?? '';
  }
}

/**
 * What a function of a template throws in place of returning an error, as Go functions do. The template fails with
 * `error calling <name>: <message>`.
 */
export class FunctionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FunctionError';
  }
}
