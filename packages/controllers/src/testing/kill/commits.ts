import { type KubeObject, refOf, refString } from '@gitops-toolkit/core';

/** The content of a commit: all files that the repository then has. */
export type Files = Readonly<Record<string, string>>;

/** Gives whole numbers below a limit. */
export type Random = (limit: number) => number;

/** Where the objects of the commits are. */
export const NAMESPACE = 'apps';
/** The kind that comes and goes with its definition. */
export const WIDGETS = {
  group: 'widgets.example.com',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
} as const;

const document = (
  apiVersion: string,
  kind: string,
  name: string,
  rest: object,
  metadata: object = {},
): string =>
  JSON.stringify({ apiVersion, kind, metadata: { name, namespace: NAMESPACE, ...metadata }, ...rest });

const DEFINITION = JSON.stringify({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${WIDGETS.plural}.${WIDGETS.group}` },
  spec: {
    group: WIDGETS.group,
    scope: 'Namespaced',
    names: { kind: WIDGETS.kind, plural: WIDGETS.plural, singular: 'widget', listKind: 'WidgetList' },
    versions: [
      {
        name: WIDGETS.version,
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
          },
        },
      },
    ],
  },
});

/** The objects that come, change and go; each is made from the number of its version. */
const OBJECTS: Readonly<Record<string, (version: number) => string>> = {
  ...Object.fromEntries(
    Array.from({ length: 6 }, (_, n) => [
      `config-${n}`,
      (version: number) => document('v1', 'ConfigMap', `config-${n}`, { data: { version: String(version) } }),
    ]),
  ),
  // It may not change, so that each version replaces the one before.
  sealed: (version) =>
    document(
      'v1',
      'Secret',
      'sealed',
      { immutable: true, stringData: { version: String(version) } },
      {
        annotations: { 'kustomize.toolkit.fluxcd.io/force': 'Enabled' },
      },
    ),
  web: (version) =>
    document('v1', 'Service', 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 + version }] } }),
  account: () => document('v1', 'ServiceAccount', 'runner', {}),
  role: (version) =>
    document('rbac.authorization.k8s.io/v1', 'Role', 'apps:reader', {
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: version % 2 ? ['get'] : ['get', 'list'] }],
    }),
  'widget-0': (version) =>
    document('widgets.example.com/v1', 'Widget', 'widget-0', { spec: { size: version } }),
  'widget-1': (version) =>
    document('widgets.example.com/v1', 'Widget', 'widget-1', { spec: { size: version } }),
};

/** They change, but never go. */
const STEADY = new Set(['account', 'config-0', 'config-1']);

/** The files of as many commits in a row: each adds, changes and removes some objects. */
export function commitsFrom(random: Random, count: number): Files[] {
  const versions = new Map<string, number>();
  return Array.from({ length: count }, (_, commit) => {
    change(versions, random, commit);
    return filesOf(versions, commit);
  });
}

function change(versions: Map<string, number>, random: Random, commit: number): void {
  const names = Object.keys(OBJECTS);
  for (let n = commit === 0 ? 12 : 4; n > 0; n--) {
    const name = names[random(names.length)] ?? '';
    if (versions.has(name) && !STEADY.has(name) && random(2) === 0) versions.delete(name);
    else versions.set(name, commit);
  }
  for (const name of STEADY) if (!versions.has(name)) versions.set(name, commit);
}

function filesOf(versions: ReadonlyMap<string, number>, commit: number): Files {
  const files: Record<string, string> = {};
  for (const [name, version] of versions) files[`${name}.json`] = OBJECTS[name]?.(version) ?? '';
  if (Object.keys(files).some((name) => name.startsWith('widget-'))) files['definition.json'] = DEFINITION;
  return {
    ...files,
    'kustomization.yaml': JSON.stringify({
      resources: Object.keys(files),
      // Its name has a hash: each version is a new object, and the one before is pruned.
      configMapGenerator: [
        { name: 'generated', namespace: NAMESPACE, literals: [`VERSION=${Math.floor(commit / 2)}`] },
      ],
    }),
  };
}

/** The objects of a commit as `Kind/namespace/name`, without those that are generated. */
export function objectNames(files: Files): Set<string> {
  const documents = Object.entries(files).filter(([name]) => name.endsWith('.json'));
  return new Set(documents.map(([, text]) => refString(refOf(JSON.parse(text) as KubeObject))));
}
