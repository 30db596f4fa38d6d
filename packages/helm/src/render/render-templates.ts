import {
  Budget,
  type ExecutionLimits,
  type ExecutionMode,
  type GoMap,
  type SprigOptions,
} from '@gitops-toolkit/go-template';
import type { Chart } from '../chart/chart.ts';
import { ChartNode } from '../chart/chart-node.ts';
import { processDependencies } from '../dependencies/process-dependencies.ts';
import type { Dialect } from '../dialect.ts';
import { explainFailure } from '../explain/explain-failure.ts';
import { RenderTrace } from '../explain/render-trace.ts';
import { ValueLayers } from '../explain/value-layers.ts';
import { inputOf } from '../values/user-values.ts';
import { executeTemplates } from './engine.ts';
import type { EngineOptions, Lookup } from './engine-functions.ts';
import type { CapabilitiesInput, ReleaseInput } from './release.ts';
import type { RenderCache } from './render-cache.ts';
import { renderValues } from './render-values.ts';
import { Surroundings } from './surroundings.ts';

/** How the templates of a chart are rendered. */
export interface TemplateOptions {
  /** Whose answers are given. @default 'v4' */
  readonly dialect?: Dialect;
  readonly release: ReleaseInput;
  readonly capabilities?: CapabilitiesInput;
  /** Values of the user, as `userValues` makes them. @default none */
  readonly values?: GoMap;
  /** A key that a map does not have is a fault. @default false */
  readonly strict?: boolean;
  /** `required` and `fail` do not fail, as in `helm lint`. @default false */
  readonly lint?: boolean;
  /** Does not hold values against `values.schema.json`. @default false */
  readonly skipSchemaValidation?: boolean;
  /** Objects of a cluster, for `lookup`. @default none are found */
  readonly lookup?: Lookup;
  /** Clock, randomness, keys, hosts. */
  readonly sprig?: SprigOptions;
  /** Bounds on what templates may take. */
  readonly limits?: ExecutionLimits;
  /** @default 'compiled', where the JavaScript engine allows generated code */
  readonly mode?: ExecutionMode;
  /** What is kept from render to render: with it, unchanged templates are parsed and compiled once. */
  readonly cache?: RenderCache;
  /** Told what Helm would log. */
  readonly warn?: (message: string) => void;
}

/**
 * Renders the templates of a chart and of its dependencies that are enabled; what they make is not looked at.
 *
 * @throws HelmError `HELM_VALUES_INVALID`, `HELM_SCHEMA_FAILED`, `HELM_RELEASE_INVALID`, `HELM_TEMPLATE_FAILED`, `HELM_LIMIT`
 */
export function renderTemplates(chart: Chart, options: TemplateOptions): Map<string, string> {
  const node = ChartNode.of(chart);
  processAll(node, options);
  return executeAll(node, options).texts;
}

/** Leaves the dependencies that the values enable. @throws HelmError `HELM_VALUES_INVALID` */
export function processAll(
  node: ChartNode,
  { dialect = 'v4', values = noValues(), warn }: TemplateOptions,
): void {
  processDependencies(node, values, { dialect, ...(warn && { warn }) });
}

/** What templates have made. */
export interface ExecutedTemplates {
  /** By the names of the templates. */
  readonly texts: Map<string, string>;
  /** How they have made it. */
  readonly trace: RenderTrace;
}

/** What {@link executeAll} does beside executing. */
export interface ExecuteSettings {
  readonly beforeTemplates?: () => void;
  /** Whether failures are looked into, which takes a render more. @default always */
  readonly explains?: () => boolean;
}

/**
 * Renders a chart whose dependencies were processed.
 *
 * @throws HelmError as {@link renderTemplates}, with the way through the templates
 */
export function executeAll(
  node: ChartNode,
  options: TemplateOptions,
  { beforeTemplates, explains = () => true }: ExecuteSettings = {},
): ExecutedTemplates {
  const { dialect = 'v4', values = noValues() } = options;
  const surroundings = new Surroundings();
  const trace = new RenderTrace({
    // What came from elsewhere is the same once more, and schemas and warnings were seen to.
    execute: (tracer) => {
      const { warn: _warn, ...quiet } = options;
      const again = { ...quiet, skipSchemaValidation: true };
      execute(node, again, { surroundings: surroundings.again(), tracer });
    },
    layers: () => new ValueLayers(node, values, inputOf(values), dialect),
  });
  try {
    return { texts: execute(node, options, { surroundings }, beforeTemplates), trace };
  } catch (error) {
    throw explains() ? explainFailure(error, trace) : error;
  }
}

function execute(
  node: ChartNode,
  options: TemplateOptions,
  engine: Pick<EngineOptions, 'surroundings' | 'tracer'>,
  beforeTemplates: () => void = () => {},
): Map<string, string> {
  const { dialect = 'v4', release, capabilities = {}, values = noValues(), warn } = options;
  const { skipSchemaValidation = false, strict = false, lint = false, lookup, sprig, mode, cache } = options;
  const own = { dialect, release, capabilities, skipSchemaValidation, ...(warn && { warn }) };
  const data = renderValues(node, values, own);
  beforeTemplates();
  return executeTemplates(node, data, {
    ...engine,
    dialect,
    budget: new Budget(options.limits),
    strict,
    lint,
    ...(lookup && { lookup }),
    ...(sprig && { sprig }),
    ...(mode && { mode }),
    ...(cache && { cache }),
  });
}

const noValues = (): GoMap => Object.create(null) as GoMap;
