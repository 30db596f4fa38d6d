import type { Schema } from '@gitops-toolkit/schema';
export function applyStrategicMergePatch(original: unknown, patch: unknown, schema: Schema | undefined): unknown {
  return [original, patch, schema][0];
}
