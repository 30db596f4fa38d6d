// Builds packages as they are published, and bundles a script on top of them as an application for browsers would.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { build } from 'vite';

const packages = path.join(import.meta.dirname, '../packages');

/** What a page gets. */
export interface BrowserBundle {
  /** Packages to build before: the folders below `packages/`, in the order of their layers. */
  readonly packages: readonly string[];
  /** The script's file. */
  readonly entry: string;
}

/** The text of an ES module for a page. */
export async function bundleForBrowser({ packages: names, entry }: BrowserBundle): Promise<string> {
  for (const name of names) buildForPublishing(name);
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      rolldownOptions: { input: entry, output: { format: 'es', codeSplitting: false } },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error('nothing was bundled');
  return output.output[0].code;
}

function buildForPublishing(name: string): void {
  const tsup = path.join(packages, '../node_modules/tsup/dist/cli-default.js');
  execFileSync(process.execPath, [tsup], {
    cwd: path.join(packages, name),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
