import { getOwn, isRecord, setOwn } from '@gitops-toolkit/core';
import { KustomizeError } from '../errors.ts';
import type { NameReference } from '../load/transformer-config.ts';
import type { FieldSpec } from '../transform/field-spec.ts';
import { overwriteText, requireScalar, type ScalarPlace } from '../transform/set-scalar.ts';
import type { Transformer } from '../transform/transformer.ts';
import { visitFieldOfAnyKind } from '../transform/visit-field.ts';
import { isSelectedByGvk, type Gvk } from './gvk.ts';
import { ReferralCandidates } from './referral-candidates.ts';
import { idString } from './resource-id.ts';
import type { ResourceNode } from './resource-node.ts';
import { isScalar, scalarText } from './scalar-text.ts';

interface Reference {
  readonly target: Gvk;
  readonly spec: FieldSpec;
}

/** Writes new names of resources into the fields of others that hold the old ones. */
export function fixNameReferences(references: readonly NameReference[]): Transformer {
  const byKind = groupByKind(references);
  const found = new Map<Gvk, readonly Reference[]>();
  return {
    transform(resources) {
      const renamed = new ReferralCandidates(resources.nodes);
      if (renamed.isEmpty) return;
      for (const node of resources.nodes) {
        const { gvk } = node.originalId;
        let own = found.get(gvk);
        if (!own) found.set(gvk, (own = referencesOf(byKind, gvk)));
        for (const reference of own) fixField(node, reference, renamed);
        resources.noteNames(node);
      }
    },
  };
}

type ByKind = ReadonlyMap<string, readonly Reference[]>;

function groupByKind(references: readonly NameReference[]): ByKind {
  const all = references.flatMap(({ target, referrers }) => referrers.map((spec) => ({ target, spec })));
  const byKind = new Map<string, Reference[]>();
  for (const reference of all) {
    const { kind } = reference.spec.gvk;
    byKind.set(kind, [...(byKind.get(kind) ?? []), reference]);
  }
  return byKind;
}

/** The references of a kind in the order of the configuration, those of any kind among them. */
function referencesOf(byKind: ByKind, gvk: Gvk): readonly Reference[] {
  const own = byKind.get(gvk.kind) ?? [];
  const general = byKind.get('') ?? [];
  return [...general, ...own].filter(({ spec }) => isSelectedByGvk(gvk, spec.gvk));
}

function fixField(referrer: ResourceNode, { target, spec }: Reference, renamed: ReferralCandidates): void {
  // Most fields are not there, and most values that are name nothing that was renamed.
  try {
    visitFieldOfAnyKind(referrer, spec, undefined, (value, holder, key) =>
      fixValue(value, { node: referrer, holder, key }, { target, spec }, renamed),
    );
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw error.reworded(
      `updating name reference in '${spec.path}' field of '${idString(referrer.id)}': ${error.summary}`,
    );
  }
}

function fixValue(
  value: unknown,
  at: ScalarPlace,
  reference: Reference,
  renamed: ReferralCandidates,
): unknown {
  if (value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    for (const [i, item] of items.entries()) {
      items[i] = fixItem(item, { node: at.node, holder: items, key: i }, reference, renamed);
    }
    return items;
  }
  return fixItem(value, at, reference, renamed);
}

function fixItem(
  value: unknown,
  at: ScalarPlace,
  reference: Reference,
  renamed: ReferralCandidates,
): unknown {
  if (value === null) return value;
  if (isRecord(value)) return fixMap(value, at.node, reference, renamed);
  if (!isScalar(value))
    throw new KustomizeError(
      'KUSTOMIZE_REFERENCE',
      'value is expected to be either a string or a map of string',
    );
  const old = requireScalar(value);
  const found = renamed.select(old, { ...reference, referrer: at.node });
  return found && found.name !== old ? overwriteText(value, found.name, at) : value;
}

/** A map names its target by `name` and `namespace`. */
function fixMap(
  map: Record<string, unknown>,
  referrer: ResourceNode,
  reference: Reference,
  renamed: ReferralCandidates,
): unknown {
  const name = getOwn(map, 'name');
  if (name === undefined)
    throw new KustomizeError('KUSTOMIZE_REFERENCE', "path config error; no 'name' field in node");
  const old = scalarText(name);
  const namespace = getOwn(map, 'namespace');
  const found = renamed.select(old, {
    ...reference,
    referrer,
    ...(namespace === undefined ? {} : { namespace: scalarText(namespace) }),
    isMap: true,
  });
  if (!found || (found.name === old && found.namespace === '')) return map;
  setOwn(map, 'name', overwriteText(name, found.name, { node: referrer, holder: map, key: 'name' }));
  if (found.namespace !== '') setOwn(map, 'namespace', found.namespace);
  return map;
}
