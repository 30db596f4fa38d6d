import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

/** Every code that {@link HelmError} has. `docs/errors/helm.md` explains each. */
export type HelmErrorCode =
  | 'HELM_CHART_INVALID'
  | 'HELM_CHART_NOT_FETCHED'
  | 'HELM_DEPENDENCY_MISSING'
  | 'HELM_KUBE_VERSION_INCOMPATIBLE'
  | 'HELM_RELEASE_INVALID'
  | 'HELM_VALUES_INVALID'
  | 'HELM_SCHEMA_FAILED'
  | 'HELM_TEMPLATE_FAILED'
  | 'HELM_OUTPUT_INVALID'
  | 'HELM_LIMIT';

/** A chart that cannot be loaded or rendered. The message begins with Helm's own words. */
export class HelmError extends ToolkitError {
  declare readonly code: HelmErrorCode;

  constructor(code: HelmErrorCode, message: string, options?: ToolkitErrorOptions) {
    super(code, message, options);
  }
}
