import { errorMessage } from '@gitops-toolkit/core';
import { HelmError, type HelmErrorCode } from '../errors.ts';

const SHOW_HINT = 'Use --debug flag to render out invalid YAML';

/** Where Helm has something to show, though it failed. */
const WHILE_RENDERING: ReadonlySet<HelmErrorCode> = new Set([
  'HELM_KUBE_VERSION_INCOMPATIBLE',
  'HELM_LIMIT',
  'HELM_OUTPUT_INVALID',
  'HELM_TEMPLATE_FAILED',
]);

/** A failure of rendering that `--debug` would have shown more of. */
export class RenderFailure extends Error {
  declare readonly cause: HelmError;

  constructor(cause: HelmError) {
    super(cause.message, { cause });
  }
}

/** What a failure looks like on standard error: Helm's words, then the lines and a hint. */
export function failureText(error: unknown): string {
  const failure = error instanceof RenderFailure ? error.cause : error;
  const lines = [`Error: ${errorMessage(failure)}`];
  if (error instanceof RenderFailure && WHILE_RENDERING.has(error.cause.code)) lines.push('', SHOW_HINT);
  if (failure instanceof HelmError) {
    if (failure.frame) lines.push(failure.frame);
    if (failure.hint !== undefined) lines.push(`hint: ${failure.hint}`);
  }
  return lines.join('\n');
}
