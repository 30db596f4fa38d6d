import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { APPLY, MERGE, ServerUnderTest, STRATEGIC } from './server-under-test.ts';

let server: ServerUnderTest;
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const GROUP = '/apis/demo.example.com/v1';

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1 },
        color: { type: 'string', enum: ['red', 'blue'], default: 'red' },
        tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        extra: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        limit: { type: 'integer', nullable: true },
      },
    },
    status: { type: 'object', properties: { phase: { type: 'string' }, replicas: { type: 'integer' } } },
  },
};

const version = (name: string, more: object = {}): object => ({
  name,
  served: true,
  storage: name === 'v1',
  subresources: {
    status: {},
    scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.replicas' },
  },
  additionalPrinterColumns: [
    { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
    { name: 'Phase', type: 'string', jsonPath: '.status.phase', priority: 1 },
  ],
  schema: { openAPIV3Schema: schema },
  ...more,
});

const widgets = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.demo.example.com' },
  spec: {
    group: 'demo.example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] },
    versions: [version('v1'), version('v1beta1', { deprecated: true })],
  },
};

const widget = (name: string, spec: object): object => ({
  apiVersion: 'demo.example.com/v1',
  kind: 'Widget',
  metadata: { name },
  spec,
});

/** Waits until the server serves a path: definitions take effect a moment after they are stored. */
async function served(path: string, wanted = 200): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if ((await server.get(path)).status === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${path} does not answer ${wanted}`);
}

async function widgetPath(): Promise<string> {
  return `${GROUP}/namespaces/${await server.namespace()}/widgets`;
}

beforeAll(async () => {
  server = await ServerUnderTest.start();
  await server.post(CRDS, widgets);
  await served(`${GROUP}/widgets`);
});
afterAll(() => server[Symbol.asyncDispose]());

describe('definitions', () => {
  it('are established, with their names', async () => {
    const { body } = await server.get(`${CRDS}/widgets.demo.example.com`);
    expect(body.status.acceptedNames).toMatchObject({
      plural: 'widgets',
      singular: 'widget',
      kind: 'Widget',
      listKind: 'WidgetList',
    });
    const conditions = body.status.conditions.map(({ type, status }: Record<string, string>) => [
      type,
      status,
    ]);
    expect(conditions).toEqual([
      ['NamesAccepted', 'True'],
      ['Established', 'True'],
    ]);
    expect(body.status.storedVersions).toEqual(['v1']);
  });

  it('appear in discovery', async () => {
    const { body } = await server.get(GROUP);
    expect(body.resources.map(({ name }: { name: string }) => name)).toEqual([
      'widgets',
      'widgets/status',
      'widgets/scale',
    ]);
    const { body: group } = await server.get('/apis/demo.example.com');
    expect(group.preferredVersion).toEqual({ groupVersion: 'demo.example.com/v1', version: 'v1' });
    expect(group.versions).toHaveLength(2);
  });

  it('are refused when their schema is not structural', async () => {
    const broken = structuredClone(widgets) as typeof widgets;
    broken.metadata.name = 'gadgets.demo.example.com';
    broken.spec.names = { plural: 'gadgets', kind: 'Gadget', shortNames: [] };
    broken.spec.versions = [
      version('v1', { schema: { openAPIV3Schema: { type: 'object', properties: { spec: {} } } } }),
    ];
    const { status, body } = await server.post(CRDS, broken);
    expect(status).toBe(422);
    expect(body.message).toContain(
      'properties[spec].type: Required value: must not be empty for specified object fields',
    );
  });

  it('are refused when their name is not theirs', async () => {
    const misnamed = { ...widgets, metadata: { name: 'other.demo.example.com' } };
    expect((await server.post(CRDS, misnamed)).body.message).toContain(
      'must be spec.names.plural+"."+spec.group',
    );
  });

  it('take their objects along when they are deleted', async () => {
    const short = structuredClone(widgets) as typeof widgets;
    short.metadata.name = 'parts.demo.example.com';
    short.spec.names = { plural: 'parts', kind: 'Part', shortNames: [] };
    await server.post(CRDS, short);
    const path = `${GROUP}/namespaces/${await server.namespace()}/parts`;
    await served(path);
    await server.post(path, { ...widget('a', { size: 1 }), kind: 'Part' });
    await server.delete(`${CRDS}/parts.demo.example.com`);
    await served(`${CRDS}/parts.demo.example.com`, 404);
    await served(path, 404);
    expect((await server.get(GROUP)).body.resources).not.toContainEqual(
      expect.objectContaining({ name: 'parts' }),
    );
  });
});

describe('custom resources', () => {
  it('are pruned and defaulted', async () => {
    const path = await widgetPath();
    const { status, body } = await server.post(path, {
      ...widget('a', { size: 2, unknown: 1, extra: { anything: [1] }, limit: null, color: null }),
      status: { phase: 'Ready' },
      more: true,
    });
    expect(status).toBe(201);
    expect(body.spec).toEqual({ size: 2, color: 'red', extra: { anything: [1] }, limit: null });
    expect(body).not.toHaveProperty('status');
    expect(body).not.toHaveProperty('more');
    expect(body.metadata.generation).toBe(1);
  });

  it('are validated', async () => {
    const path = await widgetPath();
    const { status, body } = await server.post(
      path,
      widget('bad', { size: 0, color: 'green', tags: ['a', 'a'] }),
    );
    expect(status).toBe(422);
    // The real server goes through fields in no fixed order.
    expect(
      body.details.causes.map(({ field, message }: Record<string, string>) => `${field}: ${message}`).sort(),
    ).toEqual([
      'spec.color: Unsupported value: "green": supported values: "red", "blue"',
      'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
      'spec.tags[1]: Duplicate value: "a"',
    ]);
    expect((await server.post(path, widget('bad', {}))).body.details.causes).toContainEqual({
      reason: 'FieldValueRequired',
      message: 'Required value',
      field: 'spec.size',
    });
  });

  it('report unknown fields when asked to', async () => {
    const path = await widgetPath();
    const strict = await server.post(`${path}?fieldValidation=Strict`, widget('a', { size: 1, sise: 2 }));
    expect(strict.body.message).toContain('unknown field "spec.sise"');
    const applied = await server.patch(`${path}/a?fieldManager=m`, widget('a', { size: 1, sise: 2 }), APPLY);
    expect(applied).toMatchObject({
      status: 500,
      body: { message: expect.stringContaining('.spec.sise: field not declared in schema') },
    });
  });

  it('count generations, and keep status apart', async () => {
    const path = await widgetPath();
    await server.post(path, widget('a', { size: 1 }));
    const status = await server.patch(
      `${path}/a/status`,
      { status: { phase: 'Ready' }, spec: { size: 9 } },
      MERGE,
    );
    expect(status.body).toMatchObject({
      metadata: { generation: 1 },
      spec: { size: 1 },
      status: { phase: 'Ready' },
    });
    const spec = await server.patch(`${path}/a`, { spec: { size: 3 }, status: { phase: 'Lost' } }, MERGE);
    expect(spec.body).toMatchObject({
      metadata: { generation: 2 },
      spec: { size: 3 },
      status: { phase: 'Ready' },
    });
  });

  it('need a version for updates, and know no strategic patches', async () => {
    const path = await widgetPath();
    await server.post(path, widget('a', { size: 1 }));
    expect((await server.put(`${path}/a`, widget('a', { size: 2 }))).body.message).toBe(
      'widgets.demo.example.com "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    );
    expect((await server.patch(`${path}/a`, {}, STRATEGIC)).status).toBe(415);
  });

  it('scale', async () => {
    const path = await widgetPath();
    await server.post(path, widget('a', { size: 3 }));
    await server.patch(`${path}/a/status`, { status: { replicas: 2 } }, MERGE);
    expect((await server.get(`${path}/a/scale`)).body).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 3 },
      status: { replicas: 2 },
    });
  });

  it('are served in every version, with a warning for old ones', async () => {
    const path = await widgetPath();
    await server.post(path, widget('a', { size: 1 }));
    const { body, headers } = await server.get(`${path.replace('/v1/', '/v1beta1/')}/a`);
    expect(body.apiVersion).toBe('demo.example.com/v1beta1');
    expect(headers['warning']).toBe(
      '299 - "demo.example.com/v1beta1 Widget is deprecated; use demo.example.com/v1 Widget"',
    );
  });

  it('are shown with the columns of their definition', async () => {
    const path = await widgetPath();
    await server.post(path, widget('a', { size: 4 }));
    const { body } = await server.get(path, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    expect(
      body.columnDefinitions.map(({ name, priority }: Record<string, unknown>) => [name, priority]),
    ).toEqual([
      ['Name', 0],
      ['Size', 0],
      ['Phase', 1],
    ]);
    expect(body.rows[0].cells).toEqual(['a', 4, null]);
  });
});
