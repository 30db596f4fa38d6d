import { traceOf } from '../explain/build-trace.ts';
import { inStep, KustomizeError, type Place } from '../errors.ts';
import { generateConfigMap } from '../generate/config-map.ts';
import { mergeGeneratorOptions } from '../generate/generated-object.ts';
import { generateHelmChart } from '../generate/helm-chart.ts';
import { generateSecret } from '../generate/secret.ts';
import { generatorFrom } from '../transform/plugin.ts';
import { absorb } from './absorb.ts';
import type { Accumulator } from './accumulator.ts';
import { configuredOrigin, type Origin, originText } from './origin.ts';
import { originOf, setOrigin } from './origin-annotations.ts';
import type { PluginOwner } from './plugin-owner.ts';
import { pluginOrigin, pluginResources } from './plugin-resources.ts';
import type { ResourceNode } from './resource-node.ts';

interface NamedGenerator {
  /** What it is in the kustomization: `configMapGenerator app-config`. */
  readonly step: string;
  readonly origin: Origin | undefined;
  /** Where it was configured. */
  readonly place: () => Place;
  generate(): readonly ResourceNode[];
}

/** Runs the generators: ConfigMaps, Secrets, Helm charts, then those under `generators`. */
export function runGenerators(owner: PluginOwner, into: Accumulator): void {
  for (const generator of [...builtinGenerators(owner), ...pluginGenerators(owner)]) {
    const { step, origin, place } = generator;
    const run = (): void => {
      const nodes = generator.generate();
      owner.loader.context.countResources(nodes.length);
      for (const node of nodes) {
        if (origin && originOf(node) === undefined) setOrigin(node, originText(origin));
        absorb(into.resources, node);
      }
      traceOf(owner.loader.context)?.after(
        { kind: 'generator', step, kustomization: owner.contextOf([]).file, place },
        into.resources.nodes,
      );
    };
    inStep(step, run, place);
  }
}

function builtinGenerators(owner: PluginOwner): NamedGenerator[] {
  const { kustomization, fileName } = owner.file;
  const { generatorOptions, helmGlobals, namespace } = kustomization;
  const originFor = (kind: string): Origin | undefined =>
    owner.inherited.origin &&
    configuredOrigin(owner.inherited.origin, fileName, { apiVersion: 'builtin', kind });
  const configMaps = (kustomization.configMapGenerator ?? []).map((args, i): NamedGenerator => ({
    step: `configMapGenerator ${args.name ?? ''}`,
    origin: originFor('ConfigMapGenerator'),
    place: owner.contextOf(['configMapGenerator', i]).place,
    generate: () => [
      generateConfigMap(
        { ...args, options: mergeGeneratorOptions(args.options, generatorOptions) },
        owner.contextOf(['configMapGenerator', i]),
      ),
    ],
  }));
  const secrets = (kustomization.secretGenerator ?? []).map((args, i): NamedGenerator => ({
    step: `secretGenerator ${args.name ?? ''}`,
    origin: originFor('SecretGenerator'),
    place: owner.contextOf(['secretGenerator', i]).place,
    generate: () => [
      generateSecret(
        { ...args, options: mergeGeneratorOptions(args.options, generatorOptions) },
        owner.contextOf(['secretGenerator', i]),
      ),
    ],
  }));
  const charts = (kustomization.helmCharts ?? []).map((args, i): NamedGenerator => ({
    step: `helmCharts ${args.name ?? ''}`,
    origin: originFor('HelmChartInflationGenerator'),
    place: owner.contextOf(['helmCharts', i]).place,
    generate: () =>
      generateHelmChart(
        { ...helmGlobals, ...args, namespace: args.namespace || namespace || owner.inherited.helmNamespace },
        owner.contextOf(['helmCharts', i]),
      ),
  }));
  return [...configMaps, ...secrets, ...charts];
}

function pluginGenerators(owner: PluginOwner): NamedGenerator[] {
  const { place } = owner.contextOf(['generators']);
  const load = (): NamedGenerator[] =>
    pluginResources(owner, 'generators').map((config) => ({
      step: config.toString(),
      origin: pluginOrigin(config),
      place: () => config.place ?? place(),
      generate: makeGenerator(owner, config),
    }));
  return inStep('generators', load, place);
}

function makeGenerator(owner: PluginOwner, config: ResourceNode): () => readonly ResourceNode[] {
  try {
    return generatorFrom(config, owner.contextOf(['generators']));
  } catch (error) {
    throw error instanceof KustomizeError
      ? error.reworded(`failed to load generator: ${error.summary}`)
      : error;
  }
}
