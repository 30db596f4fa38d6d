import type { BuildLimits, BuildOptions } from '../build-options.ts';
import { KustomizeError } from '../errors.ts';
import { SchemaRegistry } from '../merge/schema-registry.ts';

const DEFAULT_LIMITS: Required<BuildLimits> = {
  maxKustomizations: 5_000,
  maxDepth: 100,
  maxResources: 200_000,
};

/** What is shared by all kustomizations of one build. */
export class BuildContext {
  readonly options: BuildOptions;
  readonly schemas: SchemaRegistry;
  readonly warnings: string[] = [];
  readonly filesRead: Set<string> = new Set();
  readonly #limits: Required<BuildLimits>;
  #kustomizations = 0;
  #resources = 0;

  constructor(options: BuildOptions) {
    this.options = options;
    this.schemas = new SchemaRegistry(options.keepBuiltinSchemas);
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
  }

  warn(message: string): void {
    this.warnings.push(message);
  }

  /** Counts a kustomization: a diamond of bases can ask for the same one a million times. */
  countKustomization(depth: number): void {
    this.#check('kustomizations', ++this.#kustomizations, this.#limits.maxKustomizations);
    this.#check('levels of bases', depth, this.#limits.maxDepth);
  }

  countResources(count: number): void {
    this.#resources += count;
    this.#check('resources', this.#resources, this.#limits.maxResources);
  }

  #check(what: string, count: number, limit: number): void {
    if (count <= limit) return;
    throw new KustomizeError('KUSTOMIZE_LIMIT', `the build needs more than ${limit} ${what}`, {
      hint: 'Look for bases that include one another many times over, or raise the limit in the build options.',
    });
  }
}
