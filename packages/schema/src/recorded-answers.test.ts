import { describe, expect, it } from 'vitest';
import { applyDefaults, checkStructural, type FieldError, prune, type Schema, validate } from './index.ts';
import answers from './testdata/answers.json' with { type: 'json' };
import { changes, ratchetingSchema, storedSpec } from './testdata/ratcheting-cases.ts';
import { structuralCases } from './testdata/structural-cases.ts';
import { validationCases } from './testdata/validation-cases.ts';

/** What a real API server answered: tools/record-schema-answers.ts asks it anew. */
describe(`the answers of kube-apiserver ${answers.server}`, () => {
  const schema = schemaOfCases();

  for (const answer of answers.validation) {
    const field = `c${answer.case}`;
    it(`${JSON.stringify(validationCases[answer.case]?.[0])} says to ${JSON.stringify(answer.value)}`, () => {
      const written = {
        apiVersion: 'a.io/v1',
        kind: 'A',
        metadata: { name: 'x' },
        spec: { [field]: answer.value },
      };
      const { value, pruned } = prune(schema, written);
      const stored = applyDefaults(schema, value);
      expect(texts(validate(schema, stored))).toEqual(answer.errors);
      if (answer.errors.length > 0) return;
      expect(stored.spec).toEqual(answer.stored);
      expect(pruned).toEqual(answer.pruned);
    });
  }

  for (const [i, answer] of answers.structural.entries()) {
    it(`a CRD with ${JSON.stringify(answer.schema)}`, () => {
      expect(texts(checkStructural(structuralCases[i] as Schema))).toEqual(answer.errors);
    });
  }

  for (const [i, answer] of answers.ratcheting.entries()) {
    it(`an update with ${JSON.stringify(answer.change)}`, () => {
      const old = { spec: storedSpec };
      const next = { spec: { ...storedSpec, ...changes[i] } };
      expect(texts(validate(ratchetingSchema(true), next, { old }))).toEqual(answer.errors);
    });
  }
});

function schemaOfCases(): Schema {
  const properties = Object.fromEntries(validationCases.map(([field], i) => [`c${i}`, field]));
  return { type: 'object', properties: { spec: { type: 'object', properties } } };
}

function texts(errors: readonly FieldError[]): string[] {
  return errors.map(({ type, field, message }) => `${type} ${field}: ${message}`).sort();
}
