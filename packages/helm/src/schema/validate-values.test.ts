import { int64 } from '@gitops-toolkit/go-template';
import { describe, expect, it } from 'vitest';
import { ChartNode } from '../chart/chart-node.ts';
import { HelmError } from '../errors.ts';
import { chartOf } from '../testing/chart-of.ts';
import { validateValues } from './validate-values.ts';

/** What is wrong, without the words around it. */
async function faults(schema: unknown, values: Record<string, unknown>): Promise<string> {
  const text = typeof schema === 'string' ? schema : JSON.stringify(schema);
  const node = ChartNode.of(await chartOf({ 'values.schema.json': text }));
  let failure: unknown;
  try {
    validateValues(node, values);
  } catch (error) {
    failure = error;
  }
  if (failure === undefined) return '';
  if (!(failure instanceof HelmError) || failure.code !== 'HELM_SCHEMA_FAILED') throw failure;
  return failure.message.split('\n').slice(2).join('\n').trimEnd();
}

const draft = (version: string): string => `http://json-schema.org/draft-0${version}/schema#`;

describe('values against a schema', () => {
  it('HELM_SCHEMA_FAILED has the words of Helm', async () => {
    const node = ChartNode.of(await chartOf({ 'values.schema.json': '{"required":["a","b"]}' }));
    expect(() => validateValues(node, {})).toThrow(
      "values don't meet the specifications of the schema(s) in the following chart(s):\nweb:\n- at '': missing properties 'a', 'b'\n",
    );
  });

  it.each([
    [
      { properties: { a: { type: ['string', 'null'] } } },
      { a: 1 },
      "- at '/a': got number, want null or string",
    ],
    [{ properties: { a: { minimum: 1000 } } }, { a: 1 }, "- at '/a': minimum: got 1, want 1,000"],
    [
      { properties: { a: { enum: ['x', 1, null] } } },
      { a: 2 },
      "- at '/a': value must be one of 'x', 1, <nil>",
    ],
    [{ additionalProperties: false }, { a: 1 }, "- at '': additional properties 'a' not allowed"],
    [
      { properties: { a: { uniqueItems: true } } },
      { a: [{ x: 1 }, 2, { x: 1 }] },
      "- at '/a': items at 0 and 2 are equal",
    ],
    [{ properties: { a: { multipleOf: 0.01 } } }, { a: 1.1 }, ''],
    [
      { oneOf: [{ required: ['a'] }, { required: ['b'] }] },
      { a: 1, b: 1 },
      "- at '': 'oneOf' failed, subschemas 0, 1 matched",
    ],
    [{ dependentSchemas: { a: { required: ['b'] } } }, { a: 1 }, "- at '': missing property 'b'"],
    [
      { unevaluatedProperties: false, allOf: [{ properties: { a: {} } }] },
      { a: 1, b: 2 },
      "- at '/b': false schema",
    ],
    [
      { properties: { a: { contains: { const: 1 }, minContains: 2 } } },
      { a: [1, 2] },
      "- at '/a': min 2 items required to match contains schema, but matched 1 items at 0\n  - at '/a/1': value must be 1",
    ],
  ])('%j', async (schema, values, expected) => {
    expect(await faults(schema, values)).toBe(expected);
  });

  it('is read by the rules of its draft', async () => {
    const exclusive = { properties: { a: { minimum: 1, exclusiveMinimum: true } } };
    expect(await faults({ $schema: draft('4'), ...exclusive }, { a: 1 })).toBe(
      "- at '/a': exclusiveMinimum: got 1, want 1",
    );
    const list = { properties: { a: { items: [{ type: 'string' }], additionalItems: false } } };
    expect(await faults({ $schema: draft('7'), ...list }, { a: ['x', 1] })).toBe(
      "- at '/a': last 1 additionalItem(s) not allowed",
    );
    const recursive = {
      $schema: 'https://json-schema.org/draft/2019-09/schema',
      properties: { a: { $recursiveRef: '#' } },
      required: ['b'],
    };
    expect(await faults(recursive, { a: {}, b: 1 })).toBe("- at '/a': missing property 'b'");
    const anchored = {
      $defs: { n: { $anchor: 'number', type: 'number' } },
      properties: { a: { $ref: '#number' } },
    };
    expect(await faults(anchored, { a: 'x' })).toBe("- at '/a': got string, want number");
  });

  it('asserts formats up to the seventh draft, and no longer', async () => {
    const schema = { properties: { a: { format: 'ipv4' } } };
    expect(await faults({ $schema: draft('7'), ...schema }, { a: '1.2.3' })).toBe(
      "- at '/a': '1.2.3' is not valid ipv4: expected four decimals",
    );
    expect(await faults(schema, { a: '1.2.3' })).toBe('');
  });

  it('never follows a reference to elsewhere', async () => {
    for (const $ref of ['https://example.com/a.json', 'file:///etc/passwd', '../other.json']) {
      expect(await faults({ $ref }, {})).toMatch(
        /^failing loading ".*": schemas are not fetched from elsewhere$/,
      );
    }
  });

  it('says what is wrong with a schema that is none', async () => {
    expect(await faults('{"type": 1}', {})).toContain('is not valid against metaschema');
    expect(await faults('{"pattern": "["}', {})).toContain("'[' is not valid regex");
    expect(await faults('{', {})).toBe('unexpected end of JSON input');
    expect(await faults({ $ref: '#/none' }, {})).toBe(
      'json-pointer in "file:///values.schema.json#/none" not found',
    );
  });

  it('knows large whole numbers for numbers', async () => {
    expect(await faults({ properties: { a: { type: 'integer' } } }, { a: int64(2n ** 60n) })).toBe('');
  });

  it('ends with schemas that lead to themselves, and with patterns made to take long', async () => {
    expect(await faults({ $ref: '#' }, {})).toContain('reference cycle');
    expect(await faults({ properties: { a: { $ref: '#' } } }, { a: { a: { a: {} } } })).toBe('');
    const started = { properties: { a: { pattern: '^(a+)+$' } } };
    expect(await faults(started, { a: `${'a'.repeat(5000)}!` })).toContain('does not match pattern');
  });
});
