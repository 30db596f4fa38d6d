import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

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

/** A build, or a substitution, that cannot be done. */
export class KustomizeError extends ToolkitError {
  declare readonly code: KustomizeErrorCode;
  /** The path to the failure, outermost first: directories, then the patch or generator, then the resource. */
  readonly context: readonly string[];

  constructor(code: KustomizeErrorCode, message: string, options: KustomizeErrorOptions = {}) {
    super(code, message, options);
    this.context = options.context ?? [];
  }
}
