import type { SourceLocation } from '@gitops-toolkit/core';

/** A place in a template, and what stands there. */
export interface TemplateStep {
  /** The name of the template: the path of a file, or what a `define` calls it. */
  readonly template: string;
  /** File, line and column; the file from the name of the root chart: `web/charts/db/templates/_names.tpl`. */
  readonly source: SourceLocation;
  /** What stands there, such as `include "web.labels" . | nindent 4`; empty for mere text. */
  readonly expression: string;
}

/** Who has given a value. */
export interface ValueOrigin {
  /** `chart`: the `values.yaml` of a chart; `file`: a file of the user; `flag`: a `--set` flag; `user`: the user, unknown how. */
  readonly kind: 'chart' | 'file' | 'flag' | 'user';
  /** Of `chart`: the path of the chart, such as `web` or `web/charts/db`. */
  readonly chart?: string;
  /** Of `flag`: the flag and what it sets, without the value: `--set image.tag`. */
  readonly flag?: string;
  /** The place in the file. */
  readonly source?: SourceLocation;
}

/** One of the values of a chart, or another that templates know by a name. */
export interface NamedValue {
  /** As a template of the chart writes it: `.Values.image.tag`. */
  readonly path: string;
  /** Where users set it, as `--set` has it: `db.image.tag` for what is `.Values.image.tag` in the chart `db`. */
  readonly key?: string;
  /** Who has given it; nothing where nobody has, or where it is none of the values. */
  readonly origin?: ValueOrigin;
}

/** A value that a template has read. */
export interface ReadValue extends NamedValue {
  /** What it was then, as JSON; `null` where it was not set. */
  readonly value: unknown;
}

/** A value that a template has failed with. What it is, is left out: errors are logged, and it may be a secret. */
export interface FailedValue extends NamedValue {
  /** `nil`, `map`, `list`, or Go's name of the type. */
  readonly type: string;
}

/** What decides that a line is there: an `if`, `with` or `range` around it. */
export interface LineCondition extends TemplateStep {
  readonly kind: 'if' | 'with' | 'range';
  readonly values: readonly ReadValue[];
}

/** A piece of a line that one place in a template has written. */
export interface LinePart extends TemplateStep {
  readonly text: string;
}

/** Where a line of the output comes from. */
export interface LineExplanation extends TemplateStep {
  /** The line. */
  readonly text: string;
  /** The calls on the way to the place, from the file that Helm executes to the last one. */
  readonly includes: readonly TemplateStep[];
  /** What the line was made of. The place of the explanation is that of the first that is no mere space. */
  readonly parts: readonly LinePart[];
  /** The values that the expressions of the line have read, those that were given to templates on the way included. */
  readonly values: readonly ReadValue[];
  /** What the line depends on, the outermost first. */
  readonly conditions: readonly LineCondition[];
}
