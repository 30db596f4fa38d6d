import {
  type ObjectRef,
  type SourceLocation,
  ToolkitError,
  type ToolkitErrorOptions,
} from '@gitops-toolkit/core';

/** What can be wrong with a build; `docs/errors/kustomize.md` has a section for each. */
export type KustomizeErrorCode =
  | 'KUSTOMIZE_NO_KUSTOMIZATION'
  | 'KUSTOMIZE_INVALID_KUSTOMIZATION'
  | 'KUSTOMIZE_NOT_FOUND'
  | 'KUSTOMIZE_LOAD_RESTRICTED'
  | 'KUSTOMIZE_CYCLE'
  | 'KUSTOMIZE_INVALID_YAML'
  | 'KUSTOMIZE_INVALID_RESOURCE'
  | 'KUSTOMIZE_DUPLICATE_ID'
  | 'KUSTOMIZE_INVALID_CONFIG'
  | 'KUSTOMIZE_INVALID_GENERATOR'
  | 'KUSTOMIZE_INVALID_PATCH'
  | 'KUSTOMIZE_PATCH_TARGET'
  | 'KUSTOMIZE_INVALID_FIELD'
  | 'KUSTOMIZE_REPLACEMENT'
  | 'KUSTOMIZE_REFERENCE'
  | 'KUSTOMIZE_VAR'
  | 'KUSTOMIZE_VALIDATION'
  | 'KUSTOMIZE_PLUGIN_REFUSED'
  | 'KUSTOMIZE_HELM_DISABLED'
  | 'KUSTOMIZE_HELM'
  | 'KUSTOMIZE_REMOTE_URL'
  | 'KUSTOMIZE_REMOTE_NOT_FETCHED'
  | 'KUSTOMIZE_OPENAPI'
  | 'KUSTOMIZE_LIMIT'
  | 'KUSTOMIZE_SUBSTITUTION';

/** What a {@link KustomizeError} is made of, beside its code and message. */
export interface KustomizeErrorOptions extends ToolkitErrorOptions {
  /** From the outermost kustomization to the failure: `['overlays/prod', 'base', 'patch 2', 'Deployment/web']`. */
  readonly context?: readonly string[];
}

/** A place in a file, with the file's text where that is at hand. */
export interface Place {
  readonly source: SourceLocation;
  readonly sourceText?: string;
}

/** What an outer step knows of a failure within it. */
export interface KnownPlace extends Partial<Place> {
  readonly ref?: ObjectRef;
}

/** A build, or a substitution, that cannot be done. */
export class KustomizeError extends ToolkitError {
  declare readonly code: KustomizeErrorCode;
  /** The path to the failure, outermost first: directories, then the patch or generator, then the resource. */
  readonly context: readonly string[];
  /** The failure itself, without the context that the message begins with. */
  readonly summary: string;
  readonly #options: KustomizeErrorOptions;

  constructor(code: KustomizeErrorCode, summary: string, options: KustomizeErrorOptions = {}) {
    const context = options.context ?? [];
    super(code, context.length > 0 ? `${context.join(' → ')}: ${summary}` : summary, options);
    this.context = context;
    this.summary = summary;
    this.#options = options;
  }

  /** The same failure, seen from one step further out. Known places and objects are kept. */
  within(step: string, known: KnownPlace = {}): KustomizeError {
    const { ref, ...place } = known;
    return this.#with(this.summary, {
      ...(ref ? { object: ref } : {}),
      ...(this.source ? {} : place),
      ...this.#options,
      context: [step, ...this.context],
    });
  }

  /** The same failure at another place. */
  placedAt(place: Place): KustomizeError {
    const { sourceText: _, ...rest } = this.#options;
    return this.#with(this.summary, { ...rest, ...place });
  }

  /** Where it is, with the text around, to be passed on to another failure. */
  get place(): Place | undefined {
    const { source, sourceText } = this.#options;
    return source && { source, ...(sourceText === undefined ? {} : { sourceText }) };
  }

  /** The same failure with another text. */
  reworded(summary: string): KustomizeError {
    return this.#with(summary, this.#options);
  }

  #with(summary: string, options: KustomizeErrorOptions): KustomizeError {
    const error = new KustomizeError(this.code, summary, options);
    if (this.stack !== undefined) error.stack = this.stack;
    return error;
  }
}

/**
 * Runs a step of a build; a failure in it says in which step it was, and, where it does not know better,
 * that it is at the place of the step.
 */
export function inStep<T>(step: string, run: () => T, place?: () => Place): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw error.within(step, error.source ? {} : place?.());
  }
}

/** Runs what an entry of a file asks for; a failure that knows no place is at that of the entry. */
export function atPlace<T>(place: () => Place, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof KustomizeError && !error.source ? error.placedAt(place()) : error;
  }
}
