import { errorMessage, gvkOf, isEqual, type KubeObject, parseLabelSelector } from '@gitops-toolkit/core';
import * as re2 from '@gitops-toolkit/schema/pattern';
import { ApplyError } from './errors.ts';
import { isOwnedByOtherApply } from './field-owner.ts';
import { lookUp, parsePointer, withoutPath, withValue } from './json-path.ts';

/** Which objects a rule is for. Names are regular expressions (RE2) for the whole text; absent ones match all. */
export interface IgnoreTarget {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
}

/** Fields that others may change without us changing them back. */
export interface IgnoreRule {
  /** JSON pointers: `/spec/replicas`. */
  readonly paths: readonly string[];
  /** @default every object */
  readonly target?: IgnoreTarget;
}

/** The paths that are ignored in an object. */
export type IgnoredPaths = (object: KubeObject) => readonly (readonly string[])[];

/**
 * Compiles rules.
 *
 * @throws ApplyError `APPLY_IGNORE_RULE_INVALID` for a pointer, pattern or selector that is none.
 */
export function compileIgnoreRules(rules: readonly IgnoreRule[]): IgnoredPaths {
  const compiled = rules.map((rule) => ({
    matches: compileTarget(rule.target),
    paths: rule.paths.map((pointer) => orInvalid('path', pointer, () => parsePointer(pointer))),
  }));
  return (object) => compiled.filter(({ matches }) => matches(object)).flatMap(({ paths }) => paths);
}

/** The object without the ignored fields: what is left is compared. */
export function withoutIgnored(object: KubeObject, paths: readonly (readonly string[])[]): KubeObject {
  // From the back, so that removing an item of a list does not move those that are still to go.
  return paths.toReversed().reduce<unknown>((rest, path) => withoutPath(rest, path), object) as KubeObject;
}

/**
 * What is sent for an object with ignored fields that others changed: a field that another manager
 * applies is left out, or we would take it; any other gets its live value, or it would be removed
 * as no longer ours.
 */
export function respectIgnored(
  desired: KubeObject,
  states: { readonly live: KubeObject; readonly merged: KubeObject },
  paths: readonly (readonly string[])[],
  fieldManager: string,
): KubeObject {
  const { live, merged } = states;
  const drifted = paths.filter((path) => !isEqual(lookUp(live, path), lookUp(merged, path)));
  const stripped = drifted.filter((path) => isOwnedByOtherApply(live, path, fieldManager));
  const adopted = drifted.filter((path) => !stripped.includes(path));
  return adopted.reduce<unknown>(
    (object, path) => withValue(object, path, lookUp(live, path)),
    withoutIgnored(desired, stripped),
  ) as KubeObject;
}

function compileTarget(target: IgnoreTarget | undefined): (object: KubeObject) => boolean {
  if (!target) return () => true;
  const [group, version, kind, name, namespace] = [
    target.group,
    target.version,
    target.kind,
    target.name,
    target.namespace,
  ].map(compilePattern);
  const labels = compileSelector(target.labelSelector);
  const annotations = compileSelector(target.annotationSelector);
  return (object) => {
    const gvk = gvkOf(object);
    return Boolean(
      group?.(gvk.group) &&
      version?.(gvk.version) &&
      kind?.(gvk.kind) &&
      name?.(object.metadata.name ?? '') &&
      namespace?.(object.metadata.namespace ?? '') &&
      labels(object.metadata.labels) &&
      annotations(object.metadata.annotations),
    );
  };
}

function compilePattern(pattern: string | undefined): (text: string) => boolean {
  if (pattern === undefined || pattern === '') return () => true;
  const compiled = re2.compilePattern(`^(?:${pattern})$`);
  if (compiled.error !== undefined) throw invalid('pattern', pattern, compiled.error);
  return compiled.test;
}

function compileSelector(selector: string | undefined): ReturnType<typeof parseLabelSelector> {
  return selector ? orInvalid('selector', selector, () => parseLabelSelector(selector)) : () => true;
}

function orInvalid<T>(what: string, text: string, compile: () => T): T {
  try {
    return compile();
  } catch (cause) {
    throw invalid(what, text, errorMessage(cause), cause);
  }
}

function invalid(what: string, text: string, why: string, cause?: unknown): ApplyError {
  const message = `invalid ${what} ${JSON.stringify(text)} in an ignore rule: ${why}`;
  return new ApplyError('APPLY_IGNORE_RULE_INVALID', message, cause === undefined ? {} : { cause });
}
