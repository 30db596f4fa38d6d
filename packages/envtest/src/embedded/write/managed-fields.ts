import type { KubeObject } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';
import { applyManaged, PatchError, updateManaged } from '@gitops-toolkit/patch';

import { zeroObject } from '../go-types/go-shape.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import { badRequest, internalError, StatusError } from '../status-error.ts';

/** Under whose name, when and where fields are written. */
export interface Ownership {
  readonly manager: string;
  readonly time: string;
  readonly subresource?: string;
  /** Set where what is written is not of the resource's own kind. */
  readonly schema?: Schema | undefined;
}

/** The draft with `managedFields` as they are after a write that is not an apply. */
export function trackUpdate(
  resource: ServedResource,
  live: KubeObject | undefined,
  draft: KubeObject,
  ownership: Ownership,
): KubeObject {
  return updateManaged({
    live: live ?? (resource.custom ? undefined : zeroObject(draft.apiVersion, draft.kind)),
    updated: draft,
    resetFields: resetFields(resource, ownership.subresource),
    ...ownership,
    schema: ownership.schema ?? resource.schema(),
  });
}

/**
 * The object that a server-side apply leads to.
 *
 * @throws StatusError 409 with the conflicts, 400 and 500 as the real server does.
 */
export function trackApply(
  resource: ServedResource,
  live: KubeObject | undefined,
  config: KubeObject,
  ownership: Ownership & { readonly force: boolean },
): KubeObject {
  try {
    return applyManaged({
      live,
      config,
      schema: resource.schema(),
      resetFields: resetFields(resource, ownership.subresource),
      ...ownership,
    });
  } catch (error) {
    throw error instanceof PatchError ? applyFailure(error) : error;
  }
}

/** Fields that a write through this path ignores, so that nobody comes to own them by it. */
function resetFields(
  resource: ServedResource,
  subresource: string | undefined,
): readonly (readonly string[])[] {
  if (!resource.strategy.hasStatus) return [];
  if (subresource === undefined) return [['status']];
  if (subresource !== 'status') return [];
  if (resource.strategy.statusKeepsMetadata !== true) return [['metadata'], ['spec']];
  return [['spec'], ...(resource.strategy.statusIgnores ?? [])];
}

function applyFailure(error: PatchError): StatusError {
  switch (error.code) {
    case 'PATCH_CONFLICT':
      return new StatusError(409, 'Conflict', error.message, {
        causes: error.conflicts.map(({ message, path }) => ({
          reason: 'FieldManagerConflict',
          message,
          field: path,
        })),
      });
    case 'PATCH_MANAGED_FIELDS_FORBIDDEN':
      return badRequest(error.message);
    default:
      return internalError(error.message);
  }
}
