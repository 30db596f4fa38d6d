/**
 * Whose answers are given: those of Helm 3 (3.20) or Helm 4 (4.2). They differ in blank lines between documents, the
 * order of documents, what becomes of nulls in values, some functions, and the words of errors.
 */
export type Dialect = 'v3' | 'v4';
