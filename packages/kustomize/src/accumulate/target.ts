import { getOwn } from '@gitops-toolkit/core';
import { atPlace, inStep, KustomizeError, type Place } from '../errors.ts';
import { loadConfigurations } from '../load/configuration-file.ts';
import { loadCrdConfig } from '../load/crd-config.ts';
import { type KustomizationFile, loadKustomizationFile } from '../load/kustomization-file.ts';
import { expandGlob, isGlob } from '../extend/resource-globs.ts';
import { type Loader, textOf } from '../load/loader.ts';
import { placeIn } from '../load/read-yaml.ts';
import { mergeConfigs } from '../load/transformer-config.ts';
import type { TransformerContext } from '../transform/transformer-context.ts';
import { Accumulator } from './accumulator.ts';
import { runGenerators } from './run-generators.ts';
import { runTransformers } from './run-transformers.ts';
import { appendOrigin, type Origin, originText } from './origin.ts';
import { setOrigin } from './origin-annotations.ts';
import { readResourceFile } from './read-resources.ts';
import { runValidators } from './run-validators.ts';
import { bindVars, mergeVars, toVar } from './var-set.ts';

/** What a base is told by the kustomization that includes it. */
export interface Inherited {
  /** Where the base comes from, where `buildMetadata` of the root asks for it. */
  readonly origin: Origin | undefined;
  /** The namespace for Helm charts that have none of their own. */
  readonly helmNamespace: string;
}

/** One kustomization: a directory, its file, and how to gather what it stands for. */
export class Target {
  readonly loader: Loader;
  readonly file: KustomizationFile;
  readonly inherited: Inherited;

  private constructor(loader: Loader, file: KustomizationFile, inherited: Inherited) {
    this.loader = loader;
    this.file = file;
    this.inherited = inherited;
  }

  /** Reads the kustomization of a directory. */
  static load(loader: Loader, inherited?: Inherited): Target {
    loader.context.countKustomization(loader.depth);
    const file = loadKustomizationFile(loader);
    const { openapi, buildMetadata } = file.kustomization;
    const path = openapi?.['path'];
    atPlace(
      () => placeIn(file.settings, ['openapi'], path === undefined ? [] : ['path']),
      () => {
        const document = path === undefined ? undefined : textOf(loader.read(path));
        loader.context.schemas.set(openapi, document);
      },
    );
    const origin = buildMetadata?.length ? {} : undefined;
    return new Target(loader, file, inherited ?? { origin, helmNamespace: '' });
  }

  /** Gathers the resources, generates, and transforms: everything but what happens once at the root. */
  accumulate(into: Accumulator = new Accumulator()): Accumulator {
    const { kustomization } = this.file;
    this.accumulateResources(into, kustomization.resources ?? []);
    this.#configure(into);
    runGenerators(this, into);
    for (const [i, path] of (kustomization.components ?? []).entries()) this.#addComponent(into, path, i);
    runTransformers(this, into);
    runValidators(this, into);
    atPlace(this.contextOf(['vars']).place, () => {
      const vars = (kustomization.vars ?? []).map(toVar);
      bindVars(vars, into.resources);
      into.vars = mergeVars(into.vars, vars);
    });
    return into;
  }

  /** Adds files and bases. */
  accumulateResources(into: Accumulator, paths: readonly string[]): void {
    const { globs } = this.loader.context.options.extensions ?? {};
    for (const path of paths) {
      if (globs && isGlob(path)) this.#addMatches(into, path);
      else this.#addResource(into, path);
    }
  }

  #addMatches(into: Accumulator, glob: string): void {
    const found = atPlace(
      () => this.#placeOfResource(glob),
      () => expandGlob(glob, this.loader),
    );
    for (const path of found) this.#addResource(into, path);
  }

  /** What a transformer or generator in the kustomization gets to read files and to name its place. */
  contextOf(path: readonly (string | number)[]): TransformerContext {
    const { settings } = this.file;
    return {
      loader: this.loader,
      file: settings.name,
      place: (...within) => placeIn(settings, path, within),
    };
  }

  #configure(into: Accumulator): void {
    const { configurations, crds } = this.file.kustomization;
    atPlace(this.contextOf(['configurations']).place, () => {
      into.config = mergeConfigs(into.config, loadConfigurations(configurations, this.loader));
    });
    atPlace(this.contextOf(['crds']).place, () => {
      into.config = mergeConfigs(into.config, loadCrdConfig(crds, this.loader));
    });
  }

  #addResource(into: Accumulator, path: string): void {
    const asFile = this.#tryFile(into, path);
    if (!asFile) return;
    let loader: Loader;
    try {
      loader = this.loader.open(path);
    } catch (error) {
      throw this.#neither(path, asFile, error);
    }
    this.#addBase(into, loader, path);
  }

  /** @returns why the path could not be taken as a file. */
  #tryFile(into: Accumulator, path: string): KustomizeError | undefined {
    try {
      const nodes = readResourceFile(this.loader, this.loader.read(path));
      if (this.inherited.origin) {
        const origin = appendOrigin(this.inherited.origin, path);
        for (const node of nodes) {
          node.buildOrigin = origin;
          setOrigin(node, originText(origin));
        }
      }
      into.resources.appendAll(nodes);
      return undefined;
    } catch (error) {
      if (error instanceof KustomizeError) return error;
      throw error;
    }
  }

  /** A path that is neither a good file nor a directory: the file's failure counts, with its place. */
  #neither(path: string, asFile: KustomizeError, asDirectory: unknown): unknown {
    if (!(asDirectory instanceof KustomizeError)) return asDirectory;
    const entry = this.#placeOfResource(path);
    if (asFile.code === 'KUSTOMIZE_INVALID_YAML') return asFile;
    if (asDirectory.code === 'KUSTOMIZE_CYCLE' || asDirectory.code === 'KUSTOMIZE_REMOTE_NOT_FETCHED')
      return asDirectory.within(path, entry);
    return asFile.reworded(`${asFile.summary}; ${asDirectory.summary}`).within(path, entry);
  }

  #placeOfResource(path: string): Place {
    const { settings } = this.file;
    for (const field of [
      'resources',
      'bases',
      'components',
      'generators',
      'transformers',
      'validators',
    ] as const) {
      const entries = getOwn(settings.document?.value, field);
      const i = Array.isArray(entries) ? entries.indexOf(path) : -1;
      if (i >= 0) return placeIn(settings, [field, i]);
    }
    return { source: { file: settings.name } };
  }

  #addBase(into: Accumulator, loader: Loader, path: string): void {
    const include = (): void => {
      const base = Target.load(loader, this.#inheritedBy(path));
      if (base.file.kustomization.kind === 'Component') {
        throw wrongKind(
          base,
          `expected kind != 'Component' for path '${loader.shownRoot}'`,
          'List it under `components`.',
        );
      }
      into.merge(base.accumulate());
    };
    inStep(path, include, () => this.#placeOfResource(path));
  }

  #addComponent(into: Accumulator, path: string, index: number): void {
    const include = (): void => {
      const component = Target.load(this.loader.open(path), this.#inheritedBy(path));
      const { kind } = component.file.kustomization;
      if (kind !== 'Component') {
        const { shownRoot } = component.loader;
        throw wrongKind(
          component,
          `expected kind 'Component' for path '${shownRoot}' but got '${kind}'`,
          'List it under `resources`, or give it `kind: Component`.',
        );
      }
      component.accumulate(into);
    };
    try {
      inStep(path, include, this.contextOf(['components', index]).place);
    } catch (error) {
      if (!(error instanceof KustomizeError)) throw error;
      // Quoted, as the program does it.
      throw error.reworded(JSON.stringify(error.summary));
    }
  }

  #inheritedBy(path: string): Inherited {
    const { origin, helmNamespace } = this.inherited;
    return {
      origin: origin && appendOrigin(origin, path),
      helmNamespace: this.file.kustomization.namespace || helmNamespace,
    };
  }
}

function wrongKind(target: Target, message: string, hint: string): KustomizeError {
  const { settings } = target.file;
  const source = settings.document?.locate(['kind']) ?? { file: settings.name };
  return new KustomizeError('KUSTOMIZE_INVALID_KUSTOMIZATION', message, {
    source,
    sourceText: settings.text,
    hint,
  });
}
