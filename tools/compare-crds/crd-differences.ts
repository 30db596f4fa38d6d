import { isEqual, isRecord } from '../../packages/core/src/index.ts';

/** A place where two CRDs say different things. */
export interface CrdDifference {
  /** The path in the CRD. */
  readonly path: string;
  /** `undefined` where it says nothing. */
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** Lists whose order means nothing. */
const SETS: ReadonlySet<string> = new Set([
  'required',
  'enum',
  'categories',
  'shortNames',
  'x-kubernetes-list-map-keys',
]);

/** What names the program that wrote a CRD, and says nothing of the resource. */
const GENERATOR_ANNOTATION = 'controller-gen.kubebuilder.io/version';

/**
 * Everything in which two CRDs differ, but for the wording of descriptions: types, required fields,
 * defaults, enums, patterns, bounds, CEL rules, names, columns, annotations.
 */
export function crdDifferences(ours: unknown, theirs: unknown): CrdDifference[] {
  const differences: CrdDifference[] = [];
  compare(ours, theirs, [], differences);
  return differences;
}

function compare(
  ours: unknown,
  theirs: unknown,
  path: readonly string[],
  differences: CrdDifference[],
): void {
  if (isRecord(ours) && isRecord(theirs)) {
    for (const key of [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort()) {
      if (!isWording(key, path)) compare(ours[key], theirs[key], [...path, key], differences);
    }
  } else if (Array.isArray(ours) && Array.isArray(theirs) && !isSet(path)) {
    for (let i = 0; i < Math.max(ours.length, theirs.length); i++) {
      compare(ours[i], theirs[i], [...path, String(i)], differences);
    }
  } else if (!isEqual(inOrder(ours, path), inOrder(theirs, path))) {
    differences.push({ path: path.join('.'), ours, theirs });
  }
}

/** A description of a schema, and not a field that is called so. */
function isWording(key: string, path: readonly string[]): boolean {
  return (key === 'description' && path.at(-1) !== 'properties') || key === GENERATOR_ANNOTATION;
}

function isSet(path: readonly string[]): boolean {
  return SETS.has(path.at(-1) ?? '') && path.at(-2) !== 'properties';
}

function inOrder(value: unknown, path: readonly string[]): unknown {
  return Array.isArray(value) && isSet(path) ? [...value].map(String).sort() : value;
}
