import { type SourceLocation, ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

/** The codes of {@link YamlError}; `docs/errors/yaml.md` has a section for each. */
export type YamlErrorCode =
  | 'YAML_SYNTAX'
  | 'YAML_DUPLICATE_KEY'
  | 'YAML_KEY'
  | 'YAML_TAG'
  | 'YAML_ALIAS'
  | 'YAML_MERGE'
  | 'YAML_ENCODING'
  | 'YAML_DOCUMENT_SEPARATOR'
  | 'YAML_DOCUMENT_COUNT'
  | 'YAML_LIMIT'
  | 'YAML_UNSUPPORTED_VALUE';

/** What a {@link YamlError} is made of, beside its code and message. */
export interface YamlErrorOptions extends ToolkitErrorOptions {
  /** The whole message as the Go library words it; the `message` where it is left out. */
  readonly goMessage?: string;
}

/**
 * Text that is not YAML, or YAML that the Kubernetes world does not take.
 *
 * The message holds the key words of go-yaml's (`did not find expected key`), which are what people
 * search for; `source` and `frame` show the place, and `hint` says what to do.
 */
export class YamlError extends ToolkitError {
  declare readonly code: YamlErrorCode;
  declare readonly source?: SourceLocation;
  /**
   * The message exactly as the Go library of the dialect gives it, its way of counting lines
   * included: what templates that print Go's errors need.
   */
  readonly goMessage: string;

  constructor(code: YamlErrorCode, message: string, options: YamlErrorOptions = {}) {
    super(code, message, options);
    this.goMessage = options.goMessage ?? message;
  }
}
