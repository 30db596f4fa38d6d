import {
  type GoMap,
  isGoMap,
  TemplateError,
  TemplateSet,
  typedMap,
  viewAs,
} from '@gitops-toolkit/go-template';
import type { ChartNode } from '../chart/chart-node.ts';
import type { Dialect } from '../dialect.ts';
import { chartObject } from './chart-object.ts';
import { filesObject } from './files-object.ts';
import { engineFunctions, type EngineOptions } from './engine-functions.ts';
import { VALUES_TYPE } from './render-values.ts';
import { parseFailure, renderFailure } from './template-failure.ts';

/** A template of a chart, and what it is rendered with. */
interface Renderable {
  readonly name: string;
  readonly text: string;
  readonly basePath: string;
  readonly data: GoMap;
}

/**
 * Renders every template of a chart and its dependencies; gives the texts by the names of the templates.
 *
 * @param values `Values`, `Release` and `Capabilities`, as `renderValues` makes them.
 * @throws HelmError `HELM_TEMPLATE_FAILED`, `HELM_LIMIT`.
 */
export function executeTemplates(
  root: ChartNode,
  values: GoMap,
  options: EngineOptions,
): Map<string, string> {
  const renderables = inOrder(collect(root, values, options));
  const set = new TemplateSet({
    missingKey: options.strict === true ? 'error' : 'zero',
    ...(options.mode && { mode: options.mode }),
    ...(options.cache && { cache: options.cache.templates }),
    ...(options.tracer && { tracer: options.tracer }),
  });
  set.setFunctions(engineFunctions(set, options));
  for (const { name, text } of renderables) {
    try {
      set.parse(name, text);
    } catch (error) {
      throw error instanceof TemplateError ? parseFailure(error, name) : error;
    }
  }
  const rendered = new Map<string, string>();
  for (const renderable of renderables) {
    // Files that begin with an underscore are there for others to include.
    if (!baseName(renderable.name).startsWith('_'))
      rendered.set(renderable.name, execute(set, renderable, options));
  }
  return rendered;
}

function execute(set: TemplateSet, { name, basePath, data }: Renderable, options: EngineOptions): string {
  data['Template'] = typedMap(VALUES_TYPE[options.dialect], [
    ['Name', name],
    ['BasePath', basePath],
  ]);
  try {
    return set.executeWithin(name, data, options.budget).replaceAll('<no value>', '');
  } catch (error) {
    throw error instanceof TemplateError ? renderFailure(error, options.dialect) : error;
  }
}

function collect(root: ChartNode, values: GoMap, { dialect, tracer }: EngineOptions): Renderable[] {
  const renderables: Renderable[] = [];
  const visit = (node: ChartNode, parent: GoMap, names: readonly string[]): GoMap => {
    const subcharts = typedMap('map[string]interface {}');
    // What Go hands to templates is a `Values`, and what it puts under `Subcharts` a plain map.
    const data = typedMap(VALUES_TYPE[dialect], [
      ['Chart', chartObject(node, dialect)],
      ['Files', filesObject(node.chart.files)],
      ['Release', parent['Release']],
      ['Capabilities', parent['Capabilities']],
      ['Values', valuesOf(node, parent, dialect)],
      ['Subcharts', subcharts],
    ]);
    for (const child of node.dependencies) {
      const childData = visit(child, data, [...names, child.name]);
      subcharts[child.name] = viewAs(childData, 'map[string]interface {}');
    }
    const isLibrary = node.chart.metadata.type?.toLowerCase() === 'library';
    for (const file of node.chart.templates) {
      if (isLibrary && !baseName(file.name).startsWith('_')) continue;
      renderables.push({
        name: `${node.path}/${file.name}`,
        text: textOf(file.data),
        basePath: `${node.path}/templates`,
        data,
      });
    }
    tracer?.name(data['Values'], ['Values', ...names]);
    tracer?.name(data, []);
    return data;
  };
  tracer?.name(values['Values'], ['Values']);
  visit(root, values, []);
  return renderables;
}

const texts = new WeakMap<Uint8Array, string>();

/** Templates are the same from render to render: what has the same string, is found at once. */
function textOf(data: Uint8Array): string {
  let text = texts.get(data);
  if (text === undefined) texts.set(data, (text = new TextDecoder().decode(data)));
  return text;
}

/** The part of the values that is a chart's own. What a template sets in it, the parent's templates see too. */
function valuesOf(node: ChartNode, parent: GoMap, dialect: Dialect): unknown {
  const values = parent['Values'];
  if (node.isRoot) return values;
  const own = isGoMap(values) && Object.hasOwn(values, node.name) ? values[node.name] : undefined;
  return isGoMap(own) ? viewAs(own, VALUES_TYPE[dialect]) : typedMap(VALUES_TYPE[dialect]);
}

/** Deeper files first, and those of one depth from the last name to the first: who comes later, defines anew. */
function inOrder(renderables: readonly Renderable[]): Renderable[] {
  const places = renderables.map((renderable) => ({ renderable, depth: renderable.name.split('/').length }));
  const byName = (a: Renderable, b: Renderable): number => (a.name < b.name ? 1 : a.name > b.name ? -1 : 0);
  places.sort((a, b) => b.depth - a.depth || byName(a.renderable, b.renderable));
  return places.map(({ renderable }) => renderable);
}

const baseName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
