import { type GoMap, GoStruct, type StructType, typedList, typedMap } from '@gitops-toolkit/go-template';
import type { ChartNode } from '../chart/chart-node.ts';
import type { ChartDependency, ChartMetadata } from '../chart/metadata.ts';
import type { Dialect } from '../dialect.ts';

type Entries = readonly (readonly [field: string, json: string, value: unknown])[];

/** A Go struct of which JSON leaves out what is empty. */
function struct(name: string, entries: Entries): GoStruct<Entries> {
  const type: StructType<Entries> = {
    name,
    fields: entries.map(([field]) => field),
    json: (all) => all.filter(([, , value]) => !isZero(value)).map(([, json, value]) => [json, value] as const),
  };
  return new GoStruct(type, entries, Object.fromEntries(entries.map(([field, , value]) => [field, value])));
}

function isZero(value: unknown): boolean {
  if (value === '' || value === false || value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && !(value instanceof GoStruct) && Object.keys(value).length === 0;
}

const strings = (items: readonly string[] | undefined): string[] => typedList('[]string', items ?? []);

function dependencyEntries(dependency: ChartDependency): Entries {
  const { name, version = '', repository = '', condition = '', tags, enabled = false, importValues, alias = '' } = dependency;
  return [
    ['Name', 'name', name],
    ['Version', 'version', version],
    ['Repository', 'repository', repository],
    ['Condition', 'condition', condition],
    ['Tags', 'tags', strings(tags)],
    ['Enabled', 'enabled', enabled],
    ['ImportValues', 'import-values', [...(importValues ?? [])]],
    ['Alias', 'alias', alias],
  ];
}

/** The fields of a chart's metadata in Go's order, by their names in Go and in JSON. */
function metadataEntries(metadata: ChartMetadata, name: string): Entries {
  const maintainers = (metadata.maintainers ?? []).map((maintainer) =>
    struct('*chart.Maintainer', [
      ['Name', 'name', maintainer.name ?? ''],
      ['Email', 'email', maintainer.email ?? ''],
      ['URL', 'url', maintainer.url ?? ''],
    ]),
  );
  const dependencies = (metadata.dependencies ?? []).map((each) => struct('*chart.Dependency', dependencyEntries(each)));
  return [
    ['Name', 'name', name],
    ['Home', 'home', metadata.home ?? ''],
    ['Sources', 'sources', strings(metadata.sources)],
    ['Version', 'version', metadata.version],
    ['Description', 'description', metadata.description ?? ''],
    ['Keywords', 'keywords', strings(metadata.keywords)],
    ['Maintainers', 'maintainers', typedList('[]*chart.Maintainer', maintainers)],
    ['Icon', 'icon', metadata.icon ?? ''],
    ['APIVersion', 'apiVersion', metadata.apiVersion],
    ['Condition', 'condition', metadata.condition ?? ''],
    ['Tags', 'tags', metadata.tags ?? ''],
    ['AppVersion', 'appVersion', metadata.appVersion ?? ''],
    ['Deprecated', 'deprecated', metadata.deprecated ?? false],
    ['Annotations', 'annotations', typedMap('map[string]string', Object.entries(metadata.annotations ?? {}))],
    ['KubeVersion', 'kubeVersion', metadata.kubeVersion ?? ''],
    ['Dependencies', 'dependencies', typedList('[]*chart.Dependency', dependencies)],
    ['Type', 'type', metadata.type ?? ''],
  ];
}

/** `.Chart`: a struct in Helm 3, and a map with the names of its fields in Helm 4. */
export function chartObject({ chart, name, isRoot }: ChartNode, dialect: Dialect): GoStruct<Entries> | GoMap {
  const entries: Entries = [...metadataEntries(chart.metadata, name), ['IsRoot', 'IsRoot', isRoot]];
  if (dialect === 'v3') return struct('struct { chart.Metadata; IsRoot bool }', entries);
  return typedMap(
    'map[string]interface {}',
    entries.map(([field, , value]) => [field, value] as const),
  );
}
