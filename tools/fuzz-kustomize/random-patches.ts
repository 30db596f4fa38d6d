// Patches, selectors and replacements for the objects of random-resources.ts.
import type { Chance } from './chance.ts';
import {
  apiVersionOf,
  container,
  IMAGES,
  KINDS,
  labels,
  NAMES,
  NAMESPACES,
  podSpec,
} from './random-resources.ts';

import { oddScalar, scalar } from './random-scalars.ts';

type Fields = Record<string, unknown>;

/** What is in the tree, so that most patches meet something. */
export interface Known {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly namespace?: unknown;
}

export function selector(c: Chance, known: readonly Known[]): Fields {
  const target = known.length > 0 ? known[c.below(known.length)] : undefined;
  return {
    ...c.maybe(2, () => ({ kind: target?.kind ?? c.pick(KINDS) })),
    ...c.maybe(3, () => ({
      name: c.oneIn(3)
        ? c.one('.*', 'w.*', 'web|api', 'we', '^web$', 'my-.*', ...(c.oneIn(20) ? ['(a'] : []))
        : (target?.name ?? 'web'),
    })),
    ...c.maybe(8, () => ({ group: c.one('apps', '', 'ap.*') })),
    ...c.maybe(8, () => ({ version: c.one('v1', 'v1.*') })),
    ...c.maybe(8, () => ({ namespace: c.pick([...NAMESPACES, 'de.*']) })),
    ...c.maybe(8, () => ({
      labelSelector: c.one(
        'app=web',
        'app in (web, api)',
        '!tier',
        'app!=web',
        'tier',
        'app=web,env=prod',
        'app notin (web)',
      ),
    })),
    ...c.maybe(14, () => ({ annotationSelector: c.one('note', 'b=x', '!note') })),
  };
}

/** A strategic merge patch. */
export function mergePatch(c: Chance, known: readonly Known[]): Fields {
  const target = known.length > 0 && !c.oneIn(40) ? known[c.below(known.length)] : undefined;
  const kind = target?.kind ?? c.pick(KINDS);
  return {
    apiVersion: target?.apiVersion ?? apiVersionOf(kind, c),
    kind,
    metadata: {
      name: target?.name ?? c.pick(NAMES),
      ...(target?.namespace !== undefined && !c.oneIn(60) ? { namespace: target.namespace } : {}),
      ...c.maybe(5, () => ({ labels: c.oneIn(4) ? c.one<unknown>({ app: null }, null, {}) : labels(c) })),
      ...c.maybe(5, () => ({
        annotations: c.oneIn(3)
          ? c.one<unknown>({ note: null }, null, {}, { note: scalar(c) })
          : { note: 'patched' },
      })),
      ...c.maybe(20, () => ({ finalizers: ['d', 'a'] })),
    },
    ...c.maybe(25, () => ({ $patch: c.one('delete', 'replace', 'merge', ...(c.oneIn(5) ? ['odd'] : [])) })),
    ...change(kind, c),
  };
}

function change(kind: string, c: Chance): Fields {
  switch (kind) {
    case 'ConfigMap':
      return {
        data: c.oneIn(10)
          ? c.one<unknown>(null, {}, { $patch: 'replace', z: 'z' })
          : Object.fromEntries(
              c.some(1, 2, () => [c.one('a', 'b', 'config.json', 'new'), c.oneIn(5) ? null : scalar(c)]),
            ),
      };
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
      return {
        spec: {
          ...c.maybe(3, () => ({ replicas: c.one<unknown>(5, null, '7') })),
          ...c.maybe(8, () => ({
            strategy: c.one<unknown>({ $patch: 'replace', type: 'X' }, null, {
              rollingUpdate: null,
              type: 'Recreate',
            }),
          })),
          ...c.maybe(2, () => ({
            template: { ...c.maybe(5, () => ({ metadata: { labels: labels(c) } })), spec: podChange(c) },
          })),
        },
      };
    case 'Pod':
      return { spec: podChange(c) };
    case 'Service':
      return {
        spec: {
          ports: [
            {
              port: c.one(80, 81, 90),
              ...c.maybe(2, () => ({ name: 'patched' })),
              ...c.maybe(3, () => ({ protocol: c.one('TCP', 'UDP') })),
              ...c.maybe(6, () => ({ $patch: 'delete' })),
            },
          ],
          ...c.maybe(4, () => ({
            selector: c.one<unknown>({ app: 'patched' }, { $patch: 'replace', x: 'y' }, null),
          })),
        },
      };
    case 'Widget':
    case 'ClusterWidget':
      return {
        spec: {
          ...c.maybe(2, () => ({ size: c.oneIn(5) ? null : scalar(c) })),
          ...c.maybe(2, () => ({ items: [{ name: c.pick(NAMES), value: scalar(c) }] })),
          ...c.maybe(3, () => ({ list: c.some(0, 2, () => scalar(c)) })),
          ...c.maybe(4, () => ({ empty: c.one<unknown>({}, null, [], { b: null }, { x: { y: null } }) })),
          ...c.maybe(5, () => ({ deep: { er: { a: null, b: scalar(c) } } })),
        },
      };
    default:
      return c.one<Fields>(
        {},
        { spec: { x: scalar(c) } },
        { data: { k: 'dg==' } },
        { rules: [] },
        { webhooks: [{ name: 'a.example.com', failurePolicy: 'Fail' }] },
      );
  }
}

function podChange(c: Chance): Fields {
  if (c.oneIn(12)) return podSpec(c);
  return {
    containers: [
      ...c.some(1, 2, () => ({
        ...(c.oneIn(15) ? {} : { name: c.pick(NAMES) }),
        ...c.one<Fields>(
          { image: c.pick(IMAGES) },
          { $patch: 'delete' },
          { env: [{ name: 'A', value: 'patched' }] },
          { ports: [{ containerPort: 80, ...c.maybe(2, () => ({ protocol: 'UDP' })) }] },
          { image: null },
          { env: null },
          container(c),
        ),
      })),
      ...(c.oneIn(12) ? [{ $patch: c.one('replace', 'delete', 'merge') }] : []),
    ],
    ...c.maybe(6, () => ({
      volumes: [
        {
          name: c.pick(NAMES),
          ...c.one<Fields>({ emptyDir: {} }, { $patch: 'delete' }, { configMap: null }),
        },
      ],
    })),
    ...c.maybe(8, () => ({ tolerations: [{ key: 'z' }] })),
    ...c.maybe(8, () => ({ nodeSelector: { $patch: c.one('replace', 'delete'), a: 'b' } })),
    ...c.maybe(10, () => ({ imagePullSecrets: [{ name: c.pick(NAMES) }] })),
    ...c.maybe(12, () => ({ $retainKeys: ['containers'] })),
  };
}

const POINTERS = [
  '/metadata/annotations/x',
  '/metadata/labels/app',
  '/metadata/name',
  '/spec/replicas',
  '/spec/template/spec/containers/0/image',
  '/spec/template/spec/containers/-',
  '/spec/template/spec/containers/-1',
  '/data/a',
  '/data/new',
  '/spec/size',
  '/spec/list/0',
  '/spec/items/-',
  '/metadata/annotations',
  '/metadata/labels/app.kubernetes.io~1name',
  '/spec/template/spec/containers/0',
  '/metadata/namespace',
  '/spec',
  '/kind',
  '/spec/ports/0/port',
  '',
] as const;

/** The operations of a JSON patch. */
export function jsonPatch(c: Chance): Fields[] {
  return c.some(1, 3, () => {
    const op = c.one('add', 'replace', 'add', 'remove', 'test', 'copy', 'move', 'add', 'replace');
    const path = c.pick(POINTERS);
    if (op === 'remove') return { op, path };
    if (op === 'copy' || op === 'move') return { op, from: c.pick(POINTERS), path };
    return {
      op,
      path,
      value: c.oneIn(6)
        ? c.one<unknown>({ name: 'x', image: 'y' }, [], {}, null, { a: { b: [1, { c: null }] } })
        : c.oneIn(3)
          ? oddScalar(c)
          : c.one<unknown>('v', 5, 'web'),
    };
  });
}

const PATHS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.labels.app',
  'metadata.annotations.note',
  'spec.replicas',
  'spec.template.spec.containers.0.image',
  'spec.template.spec.containers.[name=web].image',
  'spec.template.spec.containers.*.image',
  'spec.template.spec.containers.[name=web].env.[name=A].value',
  'data.a',
  'data.config\\.json',
  'data.[config.json]',
  'data.config\\.json.a',
  'data.config\\.json.b.c',
  'data.app\\.yaml.b.c',
  'data.[app.yaml].a',
  'spec.size',
  'spec.list.0',
  'spec.list.*',
  'spec.list.[=a]',
  'spec.items.[name=web].value',
  'spec.items.1.name',
  'spec.ports.0.port',
  'spec.template',
  'metadata.labels',
  'spec.template.spec.containers',
  'spec.missing.x',
  'metadata.annotations.example\\.com/a',
  'spec.list.-',
  'spec.items.2',
  'spec.ref',
  'metadata',
  'spec.template.spec.containers.0',
  'spec.empty',
  'spec.size.x',
  'spec.template.metadata.labels.app',
  'rules.0.resourceNames.0',
  'subjects.0.name',
] as const;

export function replacement(c: Chance, known: readonly Known[]): Fields {
  const source = known.length > 0 ? known[c.below(known.length)] : undefined;
  const options = (): Fields => ({
    ...c.maybe(4, () => ({ delimiter: c.one(':', '/', '-', '.') })),
    ...c.maybe(4, () => ({ index: c.one(0, 1, -1, 5) })),
    ...c.maybe(2, () => ({ create: true })),
    ...c.maybe(20, () => ({ encoding: 'base64' })),
  });
  return {
    ...(c.oneIn(8)
      ? { sourceValue: c.one('v', '12', 'true', 'a:b', 'yes', '{"x": 1}', '1.0') }
      : {
          source: {
            ...(c.oneIn(3) ? {} : { kind: source?.kind ?? 'ConfigMap' }),
            ...(c.oneIn(5) ? {} : { name: source?.name ?? 'web' }),
            ...c.maybe(6, () => ({ namespace: c.pick(NAMESPACES) })),
            ...c.maybe(15, () => ({ group: 'apps', version: 'v1' })),
            ...(c.oneIn(4) ? {} : { fieldPath: c.pick(PATHS) }),
            ...c.maybe(4, () => ({ options: options() })),
          },
        }),
    targets: c.some(1, 2, () => ({
      select: selector(c, known),
      ...c.maybe(6, () => ({ reject: [selector(c, known)] })),
      ...(c.oneIn(10) ? {} : { fieldPaths: c.some(1, 2, () => c.pick(PATHS)) }),
      ...c.maybe(2, () => ({ options: options() })),
    })),
  };
}
