import { cloneValue, getOwn, isEqual, isRecord } from '@gitops-toolkit/core';
import { inStep, KustomizeError } from '../errors.ts';
import { transformerFrom } from '../transform/plugin.ts';
import type { Accumulator } from './accumulator.ts';
import type { PluginOwner } from './plugin-owner.ts';
import { pluginResources } from './plugin-resources.ts';
import type { ResourceNode } from './resource-node.ts';

/** The one thing that a validator may change. */
const VALIDATED_BY = 'validated-by';

/** Runs the validators: transformers that must not change anything. */
export function runValidators(owner: PluginOwner, into: Accumulator): void {
  const { validators } = owner.file.kustomization;
  if (!validators?.length) return;
  const context = owner.contextOf(['validators']);
  const run = (): void => {
    for (const config of pluginResources(owner, 'validators')) {
      const transformer = transformerFrom(config, context);
      const before = into.resources.nodes.map((node) => stateOf(node));
      inStep(
        config.toString(),
        () => transformer.transform(into.resources),
        () => config.place ?? context.place(),
      );
      const after = into.resources.nodes.map((node) => stateOf(node, withoutMark));
      if (isEqual(before, after)) continue;
      throw new KustomizeError('KUSTOMIZE_VALIDATION', "validator shouldn't modify the resource map", {
        object: config.ref,
        ...config.place,
        hint: 'A transformer that changes resources belongs under `transformers`.',
      });
    }
  };
  inStep('validators', run, context.place);
}

/** What must stay: the object, and what kustomize notes about it, which it does in annotations. */
function stateOf(
  { value, previousIds, namePrefixes, nameSuffixes }: ResourceNode,
  view: typeof withoutMark = (copy) => copy,
): unknown {
  return { value: view(cloneValue(value)), previousIds, namePrefixes, nameSuffixes };
}

function withoutMark(value: Record<string, unknown>): Record<string, unknown> {
  const metadata = value['metadata'];
  const labels = getOwn(metadata, 'labels');
  if (!isRecord(metadata) || !isRecord(labels) || !Object.hasOwn(labels, VALIDATED_BY)) return value;
  delete labels[VALIDATED_BY];
  if (Object.keys(labels).length === 0) delete metadata['labels'];
  return value;
}
