import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import type { TemporaryFolder } from './temporary-folder.ts';

/**
 * A script of ours as JavaScript. A fresh Node that is given TypeScript loads its compiler first, which would
 * count as ours: some 40 ms and 17 MiB.
 *
 * @param script imports nothing by relative path but types
 */
export function plainScript(script: string, temporary: TemporaryFolder): string {
  const name = `${path.basename(script, '.ts')}.mjs`;
  const { outputText } = ts.transpileModule(readFileSync(script, 'utf8'), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  return path.join(temporary.write('scripts', new Map([[name, outputText]])), name);
}
