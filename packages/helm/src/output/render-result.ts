import { compilePathMatch } from '@gitops-toolkit/core';
import type { ChanceSource } from '@gitops-toolkit/go-template';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';
import type { CrdFile } from './crds.ts';
import { documentsToYaml } from './documents-to-yaml.ts';
import type { Hook } from './hook.ts';
import type { Manifest } from './sort-manifests.ts';
import { splitManifests } from './split-manifests.ts';

/** What is written of a result. */
export interface YamlOptions {
  /** The files of `crds/` before all else. @default false */
  readonly crds?: boolean;
  /** Hooks after the manifest. @default true */
  readonly hooks?: boolean;
  /** Hooks that are tests. @default true */
  readonly tests?: boolean;
  /** Only what these templates made: patterns of paths within the chart, such as `templates/*.yaml`. */
  readonly showOnly?: readonly string[];
}

/** What a chart was rendered to. */
export interface RenderParts {
  readonly dialect: Dialect;
  readonly manifests: readonly Manifest[];
  readonly hooks: readonly Hook[];
  readonly crds: readonly CrdFile[];
  readonly notes: string;
  readonly warnings: readonly string[];
  /** The manifest word for word. @default as `manifests` have it */
  readonly manifest?: string;
  /** @default none */
  readonly varies?: readonly ChanceSource[];
}

/** What a chart was rendered to. */
export class RenderResult {
  /** The objects of the release in the order in which they are installed. */
  readonly manifests: readonly Manifest[];
  /** What is made at events of the release, by kind. */
  readonly hooks: readonly Hook[];
  /** The files of `crds/`, of the chart and then of its dependencies. */
  readonly crds: readonly CrdFile[];
  /** What `NOTES.txt` has to say. */
  readonly notes: string;
  /** What Helm would log. */
  readonly warnings: readonly string[];
  /**
   * What templates took of the machine, so that the next render of the same gives another result. Empty where nothing
   * was, or where the options of `sprig` say what it is.
   */
  readonly varies: readonly ChanceSource[];
  readonly #manifest: string | undefined;
  readonly #dialect: Dialect;

  constructor(parts: RenderParts) {
    const { dialect, manifests, hooks, crds, notes, warnings, varies = [], manifest } = parts;
    this.manifests = manifests;
    this.hooks = hooks;
    this.crds = crds;
    this.notes = notes;
    this.warnings = warnings;
    this.varies = varies;
    this.#manifest = manifest;
    this.#dialect = dialect;
  }

  /** The manifest of the release, as Helm stores it: without hooks. */
  get manifest(): string {
    return this.#manifest ?? documentsToYaml(this.manifests);
  }

  /**
   * What `helm template` prints.
   *
   * @throws HelmError `HELM_OUTPUT_INVALID` for a pattern of `showOnly` that no template matches
   */
  toYaml(options: YamlOptions = {}): string {
    const { crds = false, hooks = true, tests = true, showOnly = [] } = options;
    const main = (crds ? documentsToYaml(this.crds) : '') + this.manifest;
    const shown = hooks ? this.hooks.filter(({ events }) => tests || !events.includes('test')) : [];
    const all = `${main.trim()}\n${documentsToYaml(shown.map(({ path, manifest }) => ({ path, content: manifest })))}`;
    return showOnly.length === 0 ? all : this.#only(all, showOnly);
  }

  #only(all: string, patterns: readonly string[]): string {
    const parts = splitManifests(all, this.#dialect).map((content) => ({
      content,
      name: /# Source: [^/]+\/(.+)/.exec(content)?.[1],
    }));
    return patterns
      .flatMap((pattern) => {
        const matches = compilePathMatch(pattern) ?? (() => false);
        const found = parts.filter(({ name }) => name !== undefined && matches(name));
        if (found.length > 0) return found;
        throw new HelmError('HELM_OUTPUT_INVALID', `could not find template ${pattern} in chart`, {
          hint: 'Templates are named from the root of the chart, such as templates/service.yaml.',
        });
      })
      .map(({ content }) => `---\n${content}\n`)
      .join('');
  }
}
