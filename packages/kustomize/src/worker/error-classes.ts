import type { ErrorClasses } from '@gitops-toolkit/core/node';
import { PatchError, type PatchErrorCode } from '@gitops-toolkit/patch/json';
import { YamlError, type YamlErrorCode } from '@gitops-toolkit/yaml';
import { KustomizeError, type KustomizeErrorCode } from '../errors.ts';

/** The errors of builds and substitutions, for a pool of one's own whose tasks call them. */
export const kustomizeErrorClasses: ErrorClasses = {
  KUSTOMIZE: (code, message, options) => {
    // Its constructor puts the context before the summary again.
    const { summary = message } = options as { readonly summary?: string };
    return new KustomizeError(code as KustomizeErrorCode, summary, options);
  },
  PATCH: (code, message, options) => new PatchError(code as PatchErrorCode, message, options),
  YAML: (code, message, options) => new YamlError(code as YamlErrorCode, message, options),
};
