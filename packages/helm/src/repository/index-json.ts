import { METADATA } from '../chart/read-metadata.ts';
import { dependencyFields, goTime, withoutEmpty } from '../package/chart-yaml.ts';
import type { ChartVersion } from './chart-version.ts';
import type { RepositoryIndex } from './repository-index.ts';

const encoder = new TextEncoder();

/**
 * An index in JSON, as Helm and Flux write it: charts by name, versions the highest first, without the entries that Helm
 * leaves out. Comes chart by chart, so that other work can go on in between.
 *
 * @throws HelmError `HELM_LIMIT`
 */
export function* indexJson(index: RepositoryIndex): Generator<Uint8Array> {
  yield encoder.encode('{"apiVersion":"v1","generated":"0001-01-01T00:00:00Z","entries":{');
  let separator = '';
  for (const chart of index.charts.toSorted()) {
    const versions = index.versions(chart).map(entryFields);
    yield encoder.encode(`${separator}${goJson(chart)}:${goJson(versions)}`);
    separator = ',';
  }
  yield encoder.encode('}}\n');
}

/** The fields of Go's struct, in its order. */
function entryFields({ metadata, urls, created = '', removed, digest }: ChartVersion): object {
  const { dependencies, maintainers, ...rest } = metadata;
  const fields: Record<string, unknown> = {
    ...rest,
    maintainers: maintainers?.map((each) => withoutEmpty({ ...each })),
    dependencies: dependencies?.map(dependencyFields),
  };
  const inOrder = Object.keys(METADATA.fields).map((key) => [key, fields[key]] as const);
  return {
    ...withoutEmpty(Object.fromEntries(inOrder)),
    urls,
    created: goTime(created),
    ...withoutEmpty({ removed, digest }),
  };
}

/** Go escapes what HTML gives a meaning to. */
function goJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
