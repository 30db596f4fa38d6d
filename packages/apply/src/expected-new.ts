import { gvkOf, type KubeObject } from '@gitops-toolkit/core';
import { builtinSchema, validate } from '@gitops-toolkit/schema';
import type { ApplyRun } from './apply-options.ts';

/** Fields by which an author speaks of an object that exists. */
const IDENTITY_FIELDS = ['uid', 'resourceVersion', 'managedFields'] as const;

/**
 * Whether an object of a first installation is created without being asked about first: its kind is
 * one of which we can tell ourselves what a server would refuse for its form.
 */
export async function isExpectedNew(desired: KubeObject, run: ApplyRun): Promise<boolean> {
  if (IDENTITY_FIELDS.some((field) => desired.metadata[field] !== undefined)) return false;
  const schema = builtinSchema(gvkOf(desired));
  if (!schema) return false;
  const mapping = await run.client.mapping(desired).catch(() => undefined);
  return mapping !== undefined && validate(schema, desired).length === 0;
}
