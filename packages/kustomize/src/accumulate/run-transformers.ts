import { traceOf } from '../explain/build-trace.ts';
import { inStep, type Place } from '../errors.ts';
import { builtinTransformers } from '../transform/builtin-transformers.ts';
import { transformerFrom } from '../transform/plugin.ts';
import type { Transformer } from '../transform/transformer.ts';
import type { Accumulator } from './accumulator.ts';
import { configuredOrigin, type Origin } from './origin.ts';
import { noteTransformation } from './origin-annotations.ts';
import type { PluginOwner } from './plugin-owner.ts';
import { pluginOrigin, pluginResources } from './plugin-resources.ts';

interface Step {
  readonly step: string;
  readonly origin: Origin | undefined;
  readonly transformer: Transformer;
  /** Where it was configured. */
  readonly place: () => Place;
}

/** Runs the transformers of a kustomization: those of its own fields, then those under `transformers`. */
export function runTransformers(owner: PluginOwner, into: Accumulator): void {
  // All are made before the first one runs: a patch that cannot be read fails before anything is done.
  for (const { step, origin, transformer, place } of [...ownSteps(owner, into), ...pluginSteps(owner)]) {
    inStep(step, () => transformer.transform(into.resources), place);
    if (origin) for (const node of into.resources.nodes) noteTransformation(node, origin);
    for (const node of into.resources.takeChanged()) node.sharedEntries.sync();
    into.resources.dropDeleted();
    traceOf(owner.loader.context)?.after(
      {
        kind: 'transformer',
        step,
        kustomization: owner.contextOf([]).file,
        place,
        placeOf: transformer.placeOf,
      },
      into.resources.nodes,
    );
  }
}

function ownSteps(owner: PluginOwner, into: Accumulator): Step[] {
  const { kustomization, fileName } = owner.file;
  const { origin } = owner.inherited;
  return builtinTransformers(kustomization, into.config, (path) => owner.contextOf(path)).map(
    ({ kind, step, transformer, place }) => ({
      step,
      origin: origin && configuredOrigin(origin, fileName, { apiVersion: 'builtin', kind }),
      transformer,
      place,
    }),
  );
}

function pluginSteps(owner: PluginOwner): Step[] {
  const context = owner.contextOf(['transformers']);
  const load = (): Step[] =>
    pluginResources(owner, 'transformers').map((config) => ({
      step: config.toString(),
      origin: pluginOrigin(config),
      transformer: transformerFrom(config, context),
      place: () => config.place ?? context.place(),
    }));
  return inStep('transformers', load, context.place);
}
