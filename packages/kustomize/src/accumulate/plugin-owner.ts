import type { KustomizationFile } from '../load/kustomization-file.ts';
import type { Loader } from '../load/loader.ts';
import type { TransformerContext } from '../transform/transformer-context.ts';
import type { Accumulator } from './accumulator.ts';
import type { Origin } from './origin.ts';

/** The kustomization whose generators, transformers and validators are run. */
export interface PluginOwner {
  readonly loader: Loader;
  readonly file: KustomizationFile;
  readonly inherited: { readonly origin: Origin | undefined; readonly helmNamespace: string };
  accumulateResources(into: Accumulator, paths: readonly string[]): void;
  contextOf(path: readonly (string | number)[]): TransformerContext;
}
