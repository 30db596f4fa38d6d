import { getOwn, isRecord, type ObjectRef, type Resource } from '@gitops-toolkit/core';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { pathOf } from '../accumulate/present-styles.ts';
import type { BuildResult } from '../build-options.ts';
import { lookUp, splitFieldPath } from '../transform/field-path.ts';
import type { BuildTrace } from './build-trace.ts';
import type { FieldOrigin } from './field-origin.ts';
import type { Provenance } from './provenance.ts';

/** Which field {@link explain} is asked about. */
export interface FieldQuestion {
  /** A resource of the result, or its kind and name, with its namespace where others are named so, too. */
  readonly resource: Resource | Pick<ObjectRef, 'kind' | 'name' | 'namespace'>;
  /**
   * The field: keys and positions, or a path as replacements have it
   * (`spec.template.spec.containers.[name=web].image`).
   */
  readonly field: string | readonly (string | number)[];
}

/** Where a field comes from. */
export interface Explanation {
  /** The value in the output. */
  readonly value: unknown;
  /** Who has given the field this value. */
  readonly origin: FieldOrigin;
  /** Everyone who has given the field a value, from the first to the last, which is `origin`. */
  readonly history: readonly FieldOrigin[];
}

/** A build that was run once more, to be asked about. */
export interface TracedBuild {
  readonly nodes: readonly ResourceNode[];
  readonly trace: BuildTrace;
}

const traced = new WeakMap<BuildResult, () => TracedBuild>();

/** Notes how to run the build of a result once more. */
export function makeExplainable(result: BuildResult, run: () => TracedBuild): void {
  let done: TracedBuild | undefined;
  traced.set(result, () => (done ??= run()));
}

/**
 * Tells which file, patch, generator or transformer a field of the output comes from, and who has set it
 * before that.
 *
 * The first question about a result runs its build once more, with notes of every step; the tree must still be
 * what it was. Of a map or list the origin is who has made it; what is in it may be of others.
 *
 * @returns `undefined` where the output has no such resource or field.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { build, explain } from '@gitops-toolkit/kustomize';
 * const tree = MemoryTree.from({
 *   'kustomization.yaml': 'namePrefix: staging-\nresources: [account.yaml]\n',
 *   'account.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n',
 * });
 * const answer = explain(build(tree), {
 *   resource: { kind: 'ServiceAccount', name: 'staging-web' },
 *   field: 'metadata.name',
 * });
 * console.log(answer?.origin); // { kind: 'transformer', step: 'namePrefix', kustomization: 'kustomization.yaml', … }
 * ```
 */
export function explain(result: BuildResult, question: FieldQuestion): Explanation | undefined {
  const run = traced.get(result)?.();
  const node = run?.nodes[indexOf(result, question.resource)];
  if (!run || !node) return undefined;
  const path = toPath(node, question.field);
  let known: Provenance | undefined = path && run.trace.of(node);
  for (const step of path ?? []) known = known && partOf(known, step);
  const history = known?.history.map((origin) => origin()) ?? [];
  const origin = history.at(-1);
  return known && origin && { value: known.value, origin, history };
}

function indexOf({ resources }: BuildResult, wanted: FieldQuestion['resource']): number {
  if ('object' in wanted) return resources.indexOf(wanted);
  return resources.findIndex(({ object: { kind, metadata } }) => {
    const namespace = wanted.namespace === undefined || wanted.namespace === metadata.namespace;
    return kind === wanted.kind && metadata.name === wanted.name && namespace;
  });
}

function toPath(node: ResourceNode, field: FieldQuestion['field']): readonly (string | number)[] | undefined {
  if (typeof field !== 'string') return field;
  const slot = lookUp(node.value, splitFieldPath(field));
  const holder = slot && pathOf(node.value, slot.holder);
  return holder && [...holder, slot.key];
}

function partOf({ value, fields, items }: Provenance, step: string | number): Provenance | undefined {
  if (items) return items[Number(step)];
  return isRecord(value) && getOwn(value, String(step)) !== undefined ? fields?.get(String(step)) : undefined;
}
