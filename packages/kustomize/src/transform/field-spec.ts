import { KustomizeError } from '../errors.ts';
import { ANY_GVK, type Gvk, isSelectedByGvk } from '../accumulate/gvk.ts';

/** Names a field of some kinds: what a transformer changes. Blank parts of the kind match anything. */
export interface FieldSpec {
  readonly gvk: Gvk;
  /** Names parted by `/`; `\/` is a slash in a name, a trailing `[]` says that the field is a list. */
  readonly path: string;
  /** Whether fields that are missing on the way are made. */
  readonly create: boolean;
}

export function fieldSpec(path: string, create = false, gvk: Partial<Gvk> = {}): FieldSpec {
  return { path, create, gvk: { ...ANY_GVK, ...gvk } };
}

/** The specs that are about a kind, in their order; found once for each kind. */
export function specsByKind(specs: readonly FieldSpec[]): (gvk: Gvk) => readonly FieldSpec[] {
  const found = new Map<Gvk, readonly FieldSpec[]>();
  return (gvk) => {
    let own = found.get(gvk);
    if (!own) found.set(gvk, (own = specs.filter((spec) => isSelectedByGvk(gvk, spec.gvk))));
    return own;
  };
}

/** One name of a path. */
export interface PathStep {
  readonly name: string;
  readonly isList: boolean;
}

const compiled = new WeakMap<FieldSpec, readonly PathStep[]>();

/** The steps of a field spec's path, worked out once. */
export function stepsOf(spec: FieldSpec): readonly PathStep[] {
  let steps = compiled.get(spec);
  if (!steps) {
    steps = splitPath(spec.path, '/').map((part) =>
      part.endsWith('[]') ? { name: part.slice(0, -2), isList: true } : { name: part, isList: false },
    );
    compiled.set(spec, steps);
  }
  return steps;
}

/** Splits at a delimiter that a backslash can escape; one leading delimiter is dropped. */
export function splitPath(path: string, delimiter: string): string[] {
  let parts = path.split(delimiter);
  if (parts.length > 1 && parts[0] === '') parts = parts.slice(1);
  const result = [parts[0] ?? ''];
  for (const part of parts.slice(1)) {
    const last = result.length - 1;
    const before = result[last] ?? '';
    if (before.endsWith('\\')) result[last] = before.slice(0, -1) + delimiter + part;
    else result.push(part);
  }
  return result;
}

/**
 * Adds field specs to others. One whose path is there for the same or a more special kind is taken for
 * the same field.
 *
 * @throws KustomizeError KUSTOMIZE_INVALID_CONFIG when two disagree on `create`.
 */
export function mergeFieldSpecs(
  specs: readonly FieldSpec[],
  incoming: readonly FieldSpec[],
): readonly FieldSpec[] {
  if (incoming.length === 0) return specs;
  const merged = [...specs];
  const byPath = new Map<string, FieldSpec[]>();
  for (const spec of specs) addTo(byPath, spec);
  for (const spec of incoming) {
    const same = byPath.get(spec.path)?.find((other) => isSelectedByGvk(other.gvk, spec.gvk));
    if (!same) {
      merged.push(spec);
      addTo(byPath, spec);
    } else if (same.create !== spec.create) {
      throw new KustomizeError('KUSTOMIZE_INVALID_CONFIG', `conflicting fieldspecs for ${spec.path}`, {
        hint: 'Two configurations name the same field, one with create and one without. Make them agree.',
      });
    }
  }
  return merged;
}

function addTo(byPath: Map<string, FieldSpec[]>, spec: FieldSpec): void {
  const siblings = byPath.get(spec.path);
  if (siblings) siblings.push(spec);
  else byPath.set(spec.path, [spec]);
}
