import { KustomizeError } from '../errors.ts';
import type { VarArgs } from '../load/kustomization.ts';
import { parseApiVersion } from '@gitops-toolkit/core';
import { isClusterScoped } from './cluster-scope.ts';
import { type Gvk, sameGvk } from './gvk.ts';
import { isSameId, type ResourceId } from './resource-id.ts';
import type { ResourceMap } from './resource-map.ts';

/** A var: a name for the value of a field of a resource. */
export interface Var {
  readonly name: string;
  readonly target: ResourceId;
  readonly fieldPath: string;
}

export function toVar(args: VarArgs): Var {
  const { objref = {}, fieldref = {} } = args;
  const gvk: Gvk = { group: objref.group ?? '', version: objref.version ?? '', kind: objref.kind ?? '' };
  return {
    name: args.name ?? '',
    target: {
      gvk: objref.apiVersion ? { ...gvk, ...parseApiVersion(objref.apiVersion) } : gvk,
      name: objref.name ?? '',
      namespace: objref.namespace ?? '',
    },
    fieldPath: fieldref.fieldPath || 'metadata.name',
  };
}

/**
 * Binds vars to the resources that they take their values from.
 *
 * @throws KustomizeError KUSTOMIZE_VAR when several resources fit one.
 */
export function bindVars(vars: readonly Var[], resources: ResourceMap): void {
  for (const variable of vars) {
    const { target } = variable;
    const isExact = target.namespace !== '' || isClusterScoped(target.gvk);
    const found = resources.withAnyId(target.name, (id) =>
      isExact ? isSameId(target, id) : target.name === id.name && sameGvk(target.gvk, id.gvk),
    );
    if (found.length > 1) {
      throw new KustomizeError(
        'KUSTOMIZE_VAR',
        `found ${found.length} resId matches for var ${variableText(variable)} (unable to disambiguate)`,
        { hint: `It fits ${found.map(String).join(', ')}. Add a namespace to its objref.` },
      );
    }
    const [node] = found;
    if (node) node.varNames = [...node.varNames, variable.name];
  }
}

/** Joins vars; their names are known in the whole tree. @throws KustomizeError KUSTOMIZE_VAR */
export function mergeVars(vars: ReadonlyMap<string, Var>, incoming: Iterable<Var>): ReadonlyMap<string, Var> {
  const merged = new Map(vars);
  for (const variable of incoming) {
    if (merged.has(variable.name)) {
      throw new KustomizeError('KUSTOMIZE_VAR', `var '${variable.name}' already encountered`, {
        hint: 'A var of this name is there already, in this kustomization or in a base, or a base is reached twice.',
      });
    }
    merged.set(variable.name, variable);
  }
  return merged;
}

/** As Go prints a var. */
export function variableText({ name, target, fieldPath }: Var): string {
  const { group, version, kind } = target.gvk;
  return `{${name} ${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'} {${fieldPath}}}`;
}
