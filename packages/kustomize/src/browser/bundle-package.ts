import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { build } from 'vite';

const packages = path.join(import.meta.dirname, '../../..');
const ENTRY = '\0entry';

/** What the page gets: the two packages, and a function that builds the files of a tree. */
const SCRIPT = `
import { MemoryTree } from ${JSON.stringify(path.join(packages, 'core/dist/index.js'))};
import { build } from ${JSON.stringify(path.join(packages, 'kustomize/dist/index.js'))};
globalThis.buildFiles = (entries, path) => {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const files = Object.fromEntries(entries.map(([name, text]) => [name, bytes(text)]));
  return build(MemoryTree.from(files), { path }).toYaml();
};
`;

/** Builds the packages as they are published, and bundles them for a browser, as an application would. */
export async function bundlePackage(): Promise<string> {
  for (const name of ['core', 'patch', 'schema', 'yaml', 'kustomize']) buildForPublishing(name);
  const result = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === 'entry' ? ENTRY : undefined),
        load: (id) => (id === ENTRY ? SCRIPT : undefined),
      },
    ],
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      rolldownOptions: { input: 'entry', output: { format: 'es', codeSplitting: false } },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error('nothing was bundled');
  return output.output[0].code;
}

function buildForPublishing(name: string): void {
  const folder = path.join(packages, name);
  const tsup = path.join(packages, '../node_modules/tsup/dist/cli-default.js');
  execFileSync(process.execPath, [tsup], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}
