import type { KubeObject } from '@gitops-toolkit/core';

/** A column's head, as a Table carries it. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** Columns above 0 are shown with `-o wide` only. */
  readonly priority: number;
}

/** A column with the way to its cells. */
export interface Column {
  readonly definition: ColumnDefinition;
  /** `now` is in milliseconds since the epoch. */
  readonly cell: (object: KubeObject, now: number) => unknown;
}

/** How a column differs from a plain text column. */
export interface ColumnOptions {
  readonly type?: string;
  readonly format?: string;
  readonly wide?: boolean;
  readonly description?: string;
}

export function column(name: string, cell: Column['cell'], options: ColumnOptions = {}): Column {
  const { type = 'string', format = '', wide = false, description = '' } = options;
  return { definition: { name, type, format, description, priority: wide ? 1 : 0 }, cell };
}
