import type { ErrorClasses } from '@gitops-toolkit/core/node';
import { TemplateError, type TemplateErrorCode } from '@gitops-toolkit/go-template';
import { YamlError, type YamlErrorCode } from '@gitops-toolkit/yaml';
import { HelmError, type HelmErrorCode } from '../errors.ts';

/** The errors of loading and rendering, for a pool of one's own whose tasks call them. */
export const helmErrorClasses: ErrorClasses = {
  HELM: (code, message, options) => new HelmError(code as HelmErrorCode, message, options),
  GO: (code, message, options) => new TemplateError(code as TemplateErrorCode, message, options),
  YAML: (code, message, options) => new YamlError(code as YamlErrorCode, message, options),
};
