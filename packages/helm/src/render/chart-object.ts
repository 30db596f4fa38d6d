import {
  type GoMap,
  GoStruct,
  nilList,
  nilMap,
  type StructType,
  typedList,
  typedMap,
} from '@gitops-toolkit/go-template';
import type { ChartNode, NodeDependency, NodeMetadata } from '../chart/chart-node.ts';
import type { Dialect } from '../dialect.ts';

/** Fields in Go's order: their names in Go and in JSON, and what they have. */
type Entries = readonly (readonly [field: string, json: string, value: unknown])[];

/** Fields that JSON has even where they are empty. */
const ALWAYS: ReadonlySet<string> = new Set(['*chart.Dependency.name', '*chart.Dependency.repository']);

function struct(name: string, entries: Entries): GoStruct<Entries> {
  const type: StructType<Entries> = {
    name,
    fields: entries.map(([field]) => field),
    json: (all) => jsonOf(name, all),
  };
  return new GoStruct(type, entries, byField(entries));
}

function jsonOf(name: string, entries: Entries): (readonly [string, unknown])[] {
  return entries
    .filter(([, json, value]) => !isZero(value) || ALWAYS.has(`${name}.${json}`))
    .map(([, json, value]) => [json, value] as const);
}

const byField = (entries: Entries): Record<string, unknown> =>
  Object.fromEntries(entries.map(([field, , value]) => [field, value]));

function isZero(value: unknown): boolean {
  if (value === '' || value === false || value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && !(value instanceof GoStruct) && Object.keys(value).length === 0;
}

function list(type: string, items: readonly unknown[] | undefined): unknown[] {
  return items === undefined ? nilList(type) : typedList(type, items);
}

function dependencyEntries(dependency: NodeDependency): Entries {
  const { name, version = '', repository = '', condition = '', tags, alias = '' } = dependency;
  return [
    ['Name', 'name', name],
    ['Version', 'version', version],
    ['Repository', 'repository', repository],
    ['Condition', 'condition', condition],
    ['Tags', 'tags', list('[]string', tags)],
    ['Enabled', 'enabled', dependency.enabled ?? false],
    ['ImportValues', 'import-values', list('[]interface {}', dependency.importValues)],
    ['Alias', 'alias', alias],
  ];
}

function maintainerEntries({
  name = '',
  email = '',
  url = '',
}: NonNullable<NodeMetadata['maintainers']>[number]): Entries {
  return [
    ['Name', 'name', name],
    ['Email', 'email', email],
    ['URL', 'url', url],
  ];
}

/** How the structs in a chart's metadata are made: as structs, or as maps. */
type Make = (name: string, entries: Entries) => unknown;

function metadataEntries(metadata: NodeMetadata, make: Make): Entries {
  const { annotations } = metadata;
  const maintainers = metadata.maintainers?.map((each) => make('*chart.Maintainer', maintainerEntries(each)));
  const dependencies = metadata.dependencies?.map((each) =>
    make('*chart.Dependency', dependencyEntries(each)),
  );
  return [
    ['Name', 'name', metadata.name],
    ['Home', 'home', metadata.home ?? ''],
    ['Sources', 'sources', list('[]string', metadata.sources)],
    ['Version', 'version', metadata.version],
    ['Description', 'description', metadata.description ?? ''],
    ['Keywords', 'keywords', list('[]string', metadata.keywords)],
    ['Maintainers', 'maintainers', list('[]*chart.Maintainer', maintainers)],
    ['Icon', 'icon', metadata.icon ?? ''],
    ['APIVersion', 'apiVersion', metadata.apiVersion],
    ['Condition', 'condition', metadata.condition ?? ''],
    ['Tags', 'tags', metadata.tags ?? ''],
    ['AppVersion', 'appVersion', metadata.appVersion ?? ''],
    ['Deprecated', 'deprecated', metadata.deprecated ?? false],
    [
      'Annotations',
      'annotations',
      annotations ? typedMap('map[string]string', Object.entries(annotations)) : nilMap('map[string]string'),
    ],
    ['KubeVersion', 'kubeVersion', metadata.kubeVersion ?? ''],
    ['Dependencies', 'dependencies', list('[]*chart.Dependency', dependencies)],
    ['Type', 'type', metadata.type ?? ''],
  ];
}

/** `.Chart`: a struct in Helm 3, and a map with the names of its fields in Helm 4. */
export function chartObject({ metadata, isRoot }: ChartNode, dialect: Dialect): GoStruct<Entries> | GoMap {
  return dialect === 'v3' ? chartStruct(metadata, isRoot) : chartMap(metadata, isRoot);
}

/** The metadata is embedded: its fields are the chart's too. */
function chartStruct(metadata: NodeMetadata, isRoot: boolean): GoStruct<Entries> {
  const entries = metadataEntries(metadata, struct);
  const all: Entries = [...entries, ['IsRoot', 'IsRoot', isRoot]];
  const name = 'struct { chart.Metadata; IsRoot bool }';
  const type: StructType<Entries> = {
    name,
    fields: ['Metadata', 'IsRoot'],
    promoted: entries.map(([field]) => field),
    json: (own) => jsonOf(name, own).concat(isRoot ? [] : [['IsRoot', false]]),
  };
  return new GoStruct(type, all, { ...byField(all), Metadata: struct('chart.Metadata', entries) });
}

function chartMap(metadata: NodeMetadata, isRoot: boolean): GoMap {
  const entries: Entries = [
    ...metadataEntries(metadata, (_name, inner) => entryMap(inner)),
    ['IsRoot', 'IsRoot', isRoot],
  ];
  return entryMap(entries);
}

/** Lists are never nil here. */
function entryMap(entries: Entries): GoMap {
  return typedMap(
    'map[string]interface {}',
    entries.map(
      ([field, , value]) => [field, Array.isArray(value) ? [...(value as unknown[])] : value] as const,
    ),
  );
}
