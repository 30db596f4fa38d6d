/**
 * Asks a real API server what it says to the cases of packages/schema/src/testdata, and writes its
 * answers there. It creates CRDs of the group `answers.gitops-toolkit.test` and deletes them.
 *
 *   kubectl proxy --port 8001 &
 *   node --conditions=@gitops-toolkit/source tools/record-schema-answers.ts http://127.0.0.1:8001
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Schema } from '../packages/schema/src/index.ts';
import { changes, ratchetingSchema, storedSpec } from '../packages/schema/src/testdata/ratcheting-cases.ts';
import { structuralCases } from '../packages/schema/src/testdata/structural-cases.ts';
import { validationCases } from '../packages/schema/src/testdata/validation-cases.ts';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly warnings: string;
}

interface Cause {
  readonly field: string;
  readonly message: string;
  readonly reason: string;
}

const GROUP = 'answers.gitops-toolkit.test';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
/** What the server adds wherever rules could not be looked at. */
const RULES_SKIPPED = 'some validation rules were not checked';

const [server] = process.argv.slice(2);
if (server === undefined) throw new Error('name a server');

const { gitVersion } = (await call('GET', '/version')).body;
const answers = {
  server: gitVersion,
  validation: await recordValidation(),
  structural: await recordStructural(),
  ratcheting: await recordRatcheting(),
};
const target = join(import.meta.dirname, '../packages/schema/src/testdata/answers.json');
await writeFile(target, `${linePerAnswer(answers)}\n`);
console.log(
  `answers of ${String(gitVersion)}: ${answers.validation.length}, ${answers.structural.length}, ${answers.ratcheting.length}`,
);

/** JSON with an answer a line, so that a new server's answers show as changed lines. */
function linePerAnswer(sections: Readonly<Record<string, unknown>>): string {
  const texts = Object.entries(sections).map(([name, section]) => {
    const lines = Array.isArray(section) ? section.map((answer) => `  ${JSON.stringify(answer)}`) : [];
    return `"${name}": ${lines.length > 0 ? `[\n${lines.join(',\n')}\n]` : JSON.stringify(section)}`;
  });
  return `{\n${texts.join(',\n')}\n}`;
}

async function recordValidation(): Promise<unknown[]> {
  const properties = Object.fromEntries(validationCases.map(([schema], i) => [`c${i}`, schema]));
  await serve('values', { type: 'object', properties: { spec: { type: 'object', properties } } });
  const recorded: unknown[] = [];
  for (const [i, [, values]] of validationCases.entries()) {
    for (const value of values) {
      const path = `/apis/${GROUP}/v1/namespaces/default/values?dryRun=All&fieldValidation=Warn`;
      const answer = await call('POST', path, customObject('values', { [`c${i}`]: value }));
      const pruned = [...answer.warnings.matchAll(/unknown field \\"(.*?)\\"/g)].map(([, field]) => field);
      recorded.push({
        case: i,
        value,
        errors: causes(answer),
        ...(answer.status === 201 ? { stored: answer.body['spec'], pruned } : {}),
      });
    }
  }
  await call('DELETE', `${CRDS}/values.${GROUP}`);
  return recorded;
}

async function recordStructural(): Promise<unknown[]> {
  const recorded: unknown[] = [];
  for (const schema of structuralCases) {
    const answer = await call('POST', `${CRDS}?dryRun=All`, crd('structures', schema));
    recorded.push({ schema, errors: causes(answer) });
  }
  return recorded;
}

async function recordRatcheting(): Promise<unknown[]> {
  await serve('ratchets', ratchetingSchema(false));
  const path = `/apis/${GROUP}/v1/namespaces/default/ratchets`;
  const created = await call('POST', path, customObject('ratchets', storedSpec));
  const current = (await call('GET', `${CRDS}/ratchets.${GROUP}`)).body;
  await call('PUT', `${CRDS}/ratchets.${GROUP}`, {
    ...current,
    spec: crd('ratchets', ratchetingSchema(true))['spec'],
  });
  await wait(3000);
  const recorded: unknown[] = [];
  for (const change of changes) {
    const next = { ...created.body, spec: { ...storedSpec, ...change } };
    recorded.push({ change, errors: causes(await call('PUT', `${path}/x?dryRun=All`, next)) });
  }
  await call('DELETE', `${CRDS}/ratchets.${GROUP}`);
  return recorded;
}

/** Creates a CRD and waits until its objects can be written. */
async function serve(plural: string, schema: Schema): Promise<void> {
  const created = await call('POST', CRDS, crd(plural, schema));
  if (created.status !== 201) throw new Error(JSON.stringify(created.body));
  const path = `/apis/${GROUP}/v1/namespaces/default/${plural}`;
  while ((await call('POST', `${path}?dryRun=All`, customObject(plural, {}))).status !== 201) await wait(200);
}

function crd(plural: string, schema: unknown): Record<string, unknown> {
  const kind = kindOf(plural);
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}

function customObject(plural: string, spec: unknown): Record<string, unknown> {
  return { apiVersion: `${GROUP}/v1`, kind: kindOf(plural), metadata: { name: 'x' }, spec };
}

function kindOf(plural: string): string {
  return plural.charAt(0).toUpperCase() + plural.slice(1, -1);
}

/** The errors of a Status, in an order of their own: the server's is that of Go's maps. */
function causes({ status, body }: Answer): string[] {
  if (status < 300) return [];
  const { causes: list } = (body['details'] ?? {}) as { causes?: Cause[] };
  if (!list) throw new Error(JSON.stringify(body));
  return list
    .filter(({ message }) => !message.includes(RULES_SKIPPED))
    .map(({ field, message, reason }) => `${reason} ${field}: ${message}`)
    .sort();
}

async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${server}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : { text },
    warnings: response.headers.get('warning') ?? '',
  };
}
