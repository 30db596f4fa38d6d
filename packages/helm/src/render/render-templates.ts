import { Budget, type ExecutionLimits, type ExecutionMode, type GoMap, type SprigOptions, type TemplateCache } from '@gitops-toolkit/go-template';
import type { Chart } from '../chart/chart.ts';
import { ChartNode } from '../chart/chart-node.ts';
import { processDependencies } from '../dependencies/process-dependencies.ts';
import type { Dialect } from '../dialect.ts';
import { executeTemplates } from './engine.ts';
import type { Lookup } from './engine-functions.ts';
import type { CapabilitiesInput, ReleaseInput } from './release.ts';
import { renderValues } from './render-values.ts';

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
  /** Parsed and compiled templates, kept from render to render. */
  readonly cache?: TemplateCache;
  /** Told what Helm would log. */
  readonly warn?: (message: string) => void;
}

/** A chart whose templates were rendered. */
export interface RenderedChart {
  /** The chart with the dependencies that are enabled. */
  readonly node: ChartNode;
  /** What came of each template, by its name such as `web/templates/service.yaml`. */
  readonly texts: Map<string, string>;
}

/**
 * Renders the templates of a chart and of its dependencies that are enabled; what they make is not looked at.
 *
 * @throws HelmError `HELM_VALUES_INVALID`, `HELM_SCHEMA_FAILED`, `HELM_RELEASE_INVALID`, `HELM_TEMPLATE_FAILED`, `HELM_LIMIT`
 */
export function renderTemplates(chart: Chart, options: TemplateOptions): Map<string, string> {
  return renderTexts(ChartNode.of(chart), options).texts;
}

/** As {@link renderTemplates}, for a chart at its place. */
export function renderTexts(
  node: ChartNode,
  options: TemplateOptions,
  beforeTemplates: () => void = () => {},
): RenderedChart {
  const { dialect = 'v4', release, capabilities = {}, values = Object.create(null) as GoMap } = options;
  const warn = options.warn && { warn: options.warn };
  processDependencies(node, values, { dialect, ...warn });
  const data = renderValues(node, values, {
    dialect,
    release,
    capabilities,
    skipSchemaValidation: options.skipSchemaValidation ?? false,
    ...warn,
  });
  beforeTemplates();
  const { strict = false, lint = false, lookup, sprig, mode, cache } = options;
  const texts = executeTemplates(node, data, {
    dialect,
    budget: new Budget(options.limits),
    strict,
    lint,
    ...(lookup && { lookup }),
    ...(sprig && { sprig }),
    ...(mode && { mode }),
    ...(cache && { cache }),
  });
  return { node, texts };
}
