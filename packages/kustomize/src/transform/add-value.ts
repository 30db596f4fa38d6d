import { createRecord, getOwn, isRecord, setOwn } from '@gitops-toolkit/core';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { type Decoder, integer, listOf, optional, structure, text } from '../load/decode.ts';
import { type SelectorFields, selectorFields } from '../load/selector-fields.ts';
import { KustomizeError } from '../errors.ts';
import { splitPath } from './field-spec.ts';
import { selectResources } from './selector.ts';
import { moveResource } from './set-namespace.ts';
import { overwriteText, requireScalar } from './set-scalar.ts';
import type { Transformer } from './transformer.ts';
import { wrongKind } from './visit-field.ts';

/** Where a ValueAddTransformer puts its value. */
export interface ValueTarget {
  readonly selector?: SelectorFields | undefined;
  readonly fieldPath?: string;
  /** Puts the value into a path of the field, from 1; 0 replaces the field. */
  readonly filePathPosition?: number;
}

/** A ValueAddTransformer's configuration. */
export interface ValueAddArgs {
  readonly value?: string;
  readonly targets?: readonly ValueTarget[] | undefined;
  readonly targetFilePath?: string;
}

const valueTargets = listOf(
  structure<ValueTarget>({ selector: optional(selectorFields), fieldPath: text, filePathPosition: integer }),
);
export const valueAddArgs: Decoder<ValueAddArgs> = structure<ValueAddArgs>({
  value: text,
  targets: valueTargets,
  targetFilePath: text,
});
/** The file that `targetFilePath` names. */
export const valueTargetFile: Decoder<Pick<ValueAddArgs, 'targets'>> = structure<
  Pick<ValueAddArgs, 'targets'>
>({
  targets: valueTargets,
});

/** Writes one value into fields, or as one part of paths in them. */
export function addValue(value: string, targets: readonly ValueTarget[]): Transformer {
  checkTargets(targets);
  return {
    transform(resources) {
      for (const { selector, fieldPath = '', filePathPosition = 0 } of targets) {
        const nodes = selector ? selectResources(resources, selector) : resources.nodes;
        for (const node of nodes) {
          if (fieldPath === 'metadata/namespace') moveResource(node, value, { specs: [] });
          else
            writeValue(node, fieldPath, (old) =>
              filePathPosition > 0 ? insertPart(old, filePathPosition - 1, value) : value,
            );
          resources.noteNames(node);
        }
      }
    },
  };
}

function checkTargets(targets: readonly ValueTarget[]): void {
  const invalid = (message: string): KustomizeError =>
    new KustomizeError('KUSTOMIZE_INVALID_CONFIG', message);
  if (targets.length === 0) throw invalid('must specify at least one target');
  for (const { fieldPath = '', filePathPosition = 0 } of targets) {
    if (fieldPath === '') throw invalid('fieldPath cannot be empty');
    if (filePathPosition < 0)
      throw invalid(`value of FilePathPosition (${filePathPosition}) cannot be negative`);
  }
}

function writeValue(node: ResourceNode, path: string, change: (old: string) => string): void {
  const steps = splitPath(path, '/').filter((step) => step !== '');
  const last = steps.pop();
  if (last === undefined) return;
  let at: unknown = node.value;
  for (const step of steps) {
    if (!isRecord(at)) throw wrongKind('MappingNode', at);
    let next = getOwn(at, step);
    if (next === undefined || next === null) setOwn(at, step, (next = createRecord()));
    at = next;
  }
  if (!isRecord(at)) throw wrongKind('MappingNode', at);
  const old = getOwn(at, last) ?? '';
  setOwn(at, last, overwriteText(old, change(requireScalar(old)), { node, holder: at, key: last }));
}

/** Puts a part into a path; a leading slash does not count. */
function insertPart(path: string, position: number, part: string): string {
  if (part === '') return path;
  const isAbsolute = path.startsWith('/');
  const parts = path.split('/').filter((step) => step !== '');
  parts.splice(Math.min(position, parts.length), 0, part);
  return (isAbsolute ? '/' : '') + parts.join('/');
}
