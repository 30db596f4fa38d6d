import {
  decodeJson,
  FunctionError,
  type GoMap,
  isGoMap,
  sortedKeys,
  typedMap,
  typeOf,
} from '@gitops-toolkit/go-template';
import type { ChartNode } from '../chart/chart-node.ts';
import { HelmError } from '../errors.ts';
import { plainValue } from '../functions/plain-value.ts';
import { compileSchema } from './compile-schema.ts';
import { failureLines } from './failure.ts';
import { SchemaFault } from './schema-fault.ts';
import { SchemaStore } from './schema-store.ts';
import type { Site } from './site.ts';
import { checkValue } from './validator.ts';

/** Bytes of a schema. */
const MAX_SCHEMA = 5 * 1024 * 1024;

/**
 * Holds the values of a chart and its dependencies against their schemas. References out of a schema are not followed.
 *
 * @throws HelmError `HELM_SCHEMA_FAILED`, `HELM_LIMIT`
 */
export function validateValues(node: ChartNode, values: GoMap): void {
  const text = faultsOf(node, values);
  if (text === '') return;
  const prefix = "values don't meet the specifications of the schema(s) in the following chart(s):\n";
  throw new HelmError('HELM_SCHEMA_FAILED', prefix + text, {
    source: { file: 'values.schema.json' },
    hint: 'Change the values at the paths named, or pass skipSchemaValidation.',
  });
}

function faultsOf(node: ChartNode, values: GoMap): string {
  const { schema } = node.chart;
  const own = schema ? faultOf(schema, values) : undefined;
  const parts = own === undefined ? [] : [`${node.name}:\n${own}`];
  for (const child of node.dependencies) {
    const inner = Object.hasOwn(values, child.name) ? (values[child.name] ?? null) : null;
    if (inner === null) continue;
    if (isGoMap(inner)) parts.push(faultsOf(child, inner));
    else parts.push(`${child.name}:\ninvalid type for values: expected object (map), got ${typeOf(inner)}\n`);
  }
  return parts.join('');
}

function faultOf(schema: Uint8Array, values: GoMap): string | undefined {
  if (schema.length > MAX_SCHEMA) {
    throw new HelmError('HELM_LIMIT', `the schema has ${schema.length} bytes, more than ${MAX_SCHEMA}`, {
      source: { file: 'values.schema.json' },
      hint: 'Leave out of the schema what the values do not need.',
    });
  }
  const ready = compiledOf(schema);
  if (typeof ready === 'string') return ready;
  try {
    const json = plainValue(values, Number);
    if (!checkValue(ready.store, ready.root, json)) return undefined;
    // What is wrong is told in the order of the keys.
    const failure = checkValue(ready.store, ready.root, inOrder(json));
    return failure && `${failureLines(failure).slice(1)}\n`;
  } catch (error) {
    return messageOf(error);
  }
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isGoMap(value)) return value;
  const entries = sortedKeys(value).map((key) => [key, inOrder(value[key])] as const);
  return typedMap('map[string]interface {}', entries);
}

interface CompiledSchema {
  readonly store: SchemaStore;
  readonly root: Site;
}

const compiled = new WeakMap<Uint8Array, CompiledSchema | string>();

/** The schema of a chart, compiled the first time, or what is wrong with it. */
function compiledOf(schema: Uint8Array): CompiledSchema | string {
  let found = compiled.get(schema);
  if (found === undefined) compiled.set(schema, (found = compile(schema)));
  return found;
}

function compile(schema: Uint8Array): CompiledSchema | string {
  try {
    const store = new SchemaStore();
    return { store, root: compileSchema(store, decodeJson(new TextDecoder().decode(schema))) };
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  if (error instanceof SchemaFault || error instanceof FunctionError) return error.message;
  if (!(error instanceof RangeError)) throw error;
  throw new HelmError(
    'HELM_LIMIT',
    'the schema or the values are nested deeper than the stack of JavaScript',
    {
      cause: error,
      source: { file: 'values.schema.json' },
      hint: 'Look for a schema that refers to itself without end.',
    },
  );
}
