import { readFileSync } from 'node:fs';
import type { GoMap } from '@gitops-toolkit/go-template';
import type { Dialect } from '../dialect.ts';
import { userValues } from '../values/user-values.ts';
import { fileFailure } from './file-failure.ts';

/** The flags that have values. */
export interface ValuesFlags {
  readonly files: readonly string[];
  readonly set: readonly string[];
  readonly setFile: readonly string[];
  readonly setJson: readonly string[];
  readonly setLiteral: readonly string[];
  readonly setString: readonly string[];
  /** Where a path on the command line leads. */
  readonly resolve: (path: string) => string;
}

const STANDARD_INPUT = 0;

/** The values of a command line. @throws HelmError `HELM_VALUES_INVALID`; UsageError for files that cannot be read */
export function readValuesFlags({ files, resolve, ...flags }: ValuesFlags, dialect: Dialect): GoMap {
  const read = (path: string, prefix = ''): string => {
    try {
      return readFileSync(path.trim() === '-' ? STANDARD_INPUT : resolve(path), 'utf8');
    } catch (error) {
      throw fileFailure(error, path, prefix);
    }
  };
  const readFile = (path: string): string => read(path, 'failed parsing --set-file data: ');
  return userValues(
    { ...flags, files: files.map((name) => ({ name, text: read(name) })), readFile },
    dialect,
  );
}
