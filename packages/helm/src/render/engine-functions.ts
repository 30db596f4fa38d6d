import {
  type Budget,
  deepCopy,
  type ExecutionMode,
  FunctionError,
  type FunctionMap,
  type GoFunction,
  goFunction,
  quoteString,
  type SprigOptions,
  sprigFunctions,
  TemplateError,
  type TemplateSet,
  type Tracer,
  typedMap,
} from '@gitops-toolkit/go-template';
import type { Dialect } from '../dialect.ts';
import { clusterValue } from '../functions/cluster-value.ts';
import { helmJsonFunctions } from '../functions/json-functions.ts';
import { tomlFunctions, mustTomlFunctions } from '../functions/toml-functions.ts';
import { mustYamlFunctions, readYaml, type ReadYaml, yamlFunctions } from '../functions/yaml-functions.ts';
import type { RenderCache } from './render-cache.ts';
import type { Surroundings } from './surroundings.ts';
import { markWarning } from './template-failure.ts';

/**
 * Looks an object of the cluster up, or a list of them where the name is empty; `undefined` where there is none. It is
 * JSON as an API server gives it: whole numbers become Go's `int64`, as they do in Helm.
 */
export type Lookup = (
  apiVersion: string,
  kind: string,
  namespace: string,
  name: string,
) => object | undefined;

/** How templates are executed. */
export interface EngineOptions {
  readonly dialect: Dialect;
  readonly budget: Budget;
  /** A key that a map does not have is a fault. @default false */
  readonly strict?: boolean;
  /** `required` and `fail` do not fail. @default false */
  readonly lint?: boolean;
  readonly lookup?: Lookup;
  /** Clock, randomness, keys. Hosts are looked up only where `lookupHost` is given. */
  readonly sprig?: SprigOptions;
  readonly mode?: ExecutionMode;
  readonly cache?: RenderCache;
  /** What comes from elsewhere, so that it is the same when the templates are executed once more. */
  readonly surroundings: Surroundings;
  /** Told who writes what. */
  readonly tracer?: Tracer;
}

const ANY = 'interface {}';
/** As deep as a template may include itself. */
const MAX_INCLUDES = 1000;

/** The functions of Helm's templates: sprig's without the environment, Helm's own, and those that know the templates. */
export function engineFunctions(set: TemplateSet, options: EngineOptions): FunctionMap {
  const { surroundings } = options;
  const all = sprigFunctions(surroundings.options(options.sprig));
  const { env: _env, expandenv: _expandenv, ...sprig } = all;
  const { getHostByName, ...asking } = surroundings.functions(all);
  return {
    ...sprig,
    ...asking,
    ...yamlFunctions(yamlReader(options.cache)),
    ...helmJsonFunctions,
    ...tomlFunctions,
    ...(options.dialect === 'v4' && { ...mustYamlFunctions, ...mustTomlFunctions }),
    ...(options.sprig?.lookupHost && getHostByName
      ? { getHostByName }
      : { getHostByName: goFunction(['string'], () => '') }),
    ...failingFunctions(options.lint ?? false),
    lookup: lookupFunction(options),
    ...includingFunctions(set, new Map(), options.budget),
  };
}

/** What templates read of the texts that they make is mostly what they read the time before. */
function yamlReader(cache: RenderCache | undefined): ReadYaml {
  return cache ? (text) => deepCopy(cache.documents.get(text, () => readYaml(text))) : readYaml;
}

function lookupFunction({ lookup, surroundings }: EngineOptions): GoFunction {
  return goFunction(['string', 'string', 'string', 'string'], (...request: Parameters<Lookup>) => {
    const found = lookup && surroundings.ask(() => clusterValue(lookup(...request)));
    return found ?? typedMap('map[string]interface {}');
  });
}

function failingFunctions(isLint: boolean): FunctionMap {
  return {
    required: goFunction(['string', ANY], (warning: string, value: unknown) => {
      if (value !== null && value !== '') return value;
      if (isLint) return '';
      throw new FunctionError(markWarning(warning));
    }),
    fail: goFunction(['string'], (message: string) => {
      if (isLint) return '';
      throw new FunctionError(markWarning(message));
    }),
  };
}

/** `include` and `tpl` over a set of templates; `tpl` has one of its own, in which its definitions are. */
function includingFunctions(set: TemplateSet, included: Map<string, number>, budget: Budget): FunctionMap {
  return {
    include: goFunction(['string', ANY], (name: string, data: unknown) => {
      const count = included.get(name) ?? 0;
      if (count > MAX_INCLUDES) {
        throw new FunctionError(
          `rendering template has a nested reference name: ${name}: unable to execute template`,
        );
      }
      included.set(name, count + 1);
      const output = set.executeWithin(name, data, budget, 'gotpl');
      included.set(name, count);
      return output;
    }),
    tpl: goFunction(['string', ANY], (text: string, data: unknown) => {
      // Most texts that charts give to `tpl` have nothing to execute.
      if (!text.includes('{{')) return withoutMissing(text);
      const copy = set.clone();
      copy.setFunctions(includingFunctions(copy, included, budget));
      return renderText(copy, text, data, budget);
    }),
  };
}

const withoutMissing = (text: string): string => text.replaceAll('<no value>', '');

function renderText(set: TemplateSet, text: string, data: unknown, budget: Budget): string {
  const failing = (words: string, error: unknown): FunctionError => {
    if (!(error instanceof TemplateError) || error.code === 'GO_TEMPLATE_LIMIT') throw error;
    return new FunctionError(`${words} ${quoteString(text)}: ${error.message}`, { cause: error });
  };
  try {
    return withoutMissing(set.executeText('gotpl', text, data, budget));
  } catch (error) {
    const isSyntax = error instanceof TemplateError && error.code === 'GO_TEMPLATE_SYNTAX';
    throw failing(isSyntax ? 'cannot parse template' : 'error during tpl function execution for', error);
  }
}
