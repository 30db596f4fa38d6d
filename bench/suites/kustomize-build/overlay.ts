import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { BuildOptions } from '../../../packages/kustomize/src/index.ts';
import type { TemporaryFolder } from '../../temporary-folder.ts';
import { generateOverlay, OVERLAY } from './generate-overlay.ts';

/** Something to build. */
export interface Overlay {
  readonly title: string;
  /** The folder on disk that the paths in it are relative to. */
  readonly folder: string;
  readonly options: BuildOptions & { readonly path: string };
  /** What `kustomize` takes after `build`. */
  readonly args: readonly string[];
}

/** Written to a folder, for both sides. */
export function generatedOverlay(resources: number, temporary: TemporaryFolder): Overlay {
  return {
    title: `generated, ${resources} resources`,
    folder: temporary.write(String(resources), generateOverlay(resources)),
    options: { path: OVERLAY },
    args: [OVERLAY],
  };
}

interface CaseFile {
  readonly name: string;
  readonly path: string;
  readonly options: { readonly loadRestrictor: 'rootOnly' | 'none' };
  readonly error: string | null;
  readonly requires: readonly string[];
}

/** The real overlays of a corpus: folders below `real` with a `case.json` and an `input` folder. */
export function corpusOverlays(corpus: string): Overlay[] {
  const root = path.join(corpus, 'real');
  if (!existsSync(root)) throw new Error(`no folder ${root}`);
  return readdirSync(root)
    .toSorted()
    .map((name) => path.join(root, name))
    .filter((folder) => existsSync(path.join(folder, 'case.json')))
    .map((folder) => ({
      folder,
      file: JSON.parse(readFileSync(path.join(folder, 'case.json'), 'utf8')) as CaseFile,
    }))
    .filter(({ file }) => file.error === null && file.requires.length === 0)
    .map(({ folder, file }) => toOverlay(folder, file));
}

function toOverlay(folder: string, { name, path: directory, options }: CaseFile): Overlay {
  const { loadRestrictor } = options;
  const flags = loadRestrictor === 'none' ? ['--load-restrictor', 'LoadRestrictionsNone'] : [];
  return {
    title: `real, ${name}`,
    folder: path.join(folder, 'input'),
    options: { path: directory, loadRestrictor },
    args: [...flags, directory],
  };
}
