import { type Gvk, sameGvk } from '../accumulate/gvk.ts';
import { KustomizeError } from '../errors.ts';
import { byKindOrder } from '../emit/kind-order.ts';
import { type FieldSpec, mergeFieldSpecs } from '../transform/field-spec.ts';

/** The fields that hold the name of a resource of one kind. */
export interface NameReference {
  readonly target: Gvk;
  readonly referrers: readonly FieldSpec[];
}

/** Which fields each transformer changes: the defaults, what `configurations` add, and what `crds` say. */
export interface TransformerConfig {
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly nameReference: readonly NameReference[];
  readonly varReference: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
}

export const EMPTY_CONFIG: TransformerConfig = {
  namePrefix: [],
  nameSuffix: [],
  namespace: [],
  commonLabels: [],
  labels: [],
  templateLabels: [],
  commonAnnotations: [],
  nameReference: [],
  varReference: [],
  images: [],
  replicas: [],
};

/** What configurations become that are joined to none: the defaults are, for every kustomization. */
const joinedToNone = new WeakMap<TransformerConfig, TransformerConfig>();

/**
 * Joins two configurations. Field specs of one and the same configuration can be one field, too, where it is
 * joined to an empty one.
 *
 * @throws KustomizeError KUSTOMIZE_INVALID_CONFIG when two field specs contradict each other.
 */
export function mergeConfigs(base: TransformerConfig, incoming: TransformerConfig): TransformerConfig {
  if (base === incoming || isEmpty(incoming)) return base;
  if (!isEmpty(base)) return joinConfigs(base, incoming);
  const known = joinedToNone.get(incoming);
  if (known) return known;
  const joined = joinConfigs(base, incoming);
  joinedToNone.set(incoming, joined);
  joinedToNone.set(joined, joined);
  return joined;
}

function joinConfigs(base: TransformerConfig, incoming: TransformerConfig): TransformerConfig {
  const merge = (field: Exclude<keyof TransformerConfig, 'nameReference'>): readonly FieldSpec[] =>
    mergeNamed(field, () => sorted(mergeFieldSpecs(base[field], incoming[field]), base[field]));
  return {
    namePrefix: merge('namePrefix'),
    nameSuffix: merge('nameSuffix'),
    namespace: merge('namespace'),
    commonLabels: merge('commonLabels'),
    labels: merge('labels'),
    templateLabels: merge('templateLabels'),
    commonAnnotations: merge('commonAnnotations'),
    nameReference: mergeNamed('nameReference', () =>
      mergeReferences(base.nameReference, incoming.nameReference),
    ),
    varReference: merge('varReference'),
    images: merge('images'),
    replicas: merge('replicas'),
  };
}

function isEmpty(config: TransformerConfig): boolean {
  return (
    config === EMPTY_CONFIG || Object.values(config).every((specs: readonly unknown[]) => specs.length === 0)
  );
}

function mergeNamed<T>(field: string, merge: () => T): T {
  try {
    return merge();
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    const name = field.charAt(0).toUpperCase() + field.slice(1);
    throw error.reworded(`failed to merge ${name} fieldSpec: ${error.summary}`);
  }
}

function sorted(specs: readonly FieldSpec[], unchanged: readonly FieldSpec[]): readonly FieldSpec[] {
  return specs === unchanged ? specs : specs.toSorted((a, b) => byKindOrder(a.gvk, b.gvk));
}

function mergeReferences(
  base: readonly NameReference[],
  incoming: readonly NameReference[],
): readonly NameReference[] {
  if (incoming.length === 0) return base;
  const merged = [...base];
  for (const { target, referrers } of incoming) {
    const i = merged.findIndex((other) => sameGvk(other.target, target));
    const same = merged[i];
    if (!same) merged.push({ target, referrers });
    else merged[i] = { target, referrers: mergeFieldSpecs(same.referrers, referrers) };
  }
  return merged.toSorted((a, b) => byKindOrder(a.target, b.target));
}
