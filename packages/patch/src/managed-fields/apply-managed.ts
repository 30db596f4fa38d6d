import type { KubeObject } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';

/** What {@link applyManaged} and {@link updateManaged} share. */
export interface ManagedWriteOptions {
  readonly live: KubeObject | undefined;
  readonly manager: string;
  readonly schema: Schema | undefined;
  readonly time: string;
  readonly subresource?: string;
  readonly resetFields?: readonly (readonly string[])[];
}
export interface ApplyManagedOptions extends ManagedWriteOptions {
  readonly config: KubeObject;
  readonly force?: boolean;
}
export interface UpdateManagedOptions extends ManagedWriteOptions {
  readonly updated: KubeObject;
}
export function applyManaged(options: ApplyManagedOptions): KubeObject {
  return options.config;
}
export function updateManaged(options: UpdateManagedOptions): KubeObject {
  return options.updated;
}
