import type { ChartLock } from '../chart/chart.ts';
import type { ChartDependency, ChartMetadata } from '../chart/metadata.ts';
import { writeYaml } from '../functions/yaml-functions.ts';

/** `Chart.yaml` as Helm writes it: fields that say nothing are left out, keys are sorted. */
export function chartYaml({ dependencies, maintainers, ...metadata }: ChartMetadata): string {
  return `${writeYaml(
    withoutEmpty({
      ...metadata,
      maintainers: maintainers?.map((each) => withoutEmpty({ ...each })),
      dependencies: dependencies?.map(dependencyFields),
    }),
  )}\n`;
}

/** `Chart.lock` as Helm writes it. */
export function lockYaml({ dependencies = [], digest, generated }: ChartLock): string {
  return `${writeYaml({ dependencies: dependencies.map(dependencyFields), digest, generated: goTime(generated) })}\n`;
}

/** A dependency under the names and in the order of Go's struct; it always has a name and a repository. */
export function dependencyFields(dependency: ChartDependency): Record<string, unknown> {
  const { name, version, repository = '', condition, tags, enabled, importValues, alias } = dependency;
  const optional = { condition, tags, enabled, 'import-values': importValues, alias };
  return { name, ...withoutEmpty({ version }), repository, ...withoutEmpty(optional) };
}

/** Without fields that say nothing. */
export function withoutEmpty(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** A time as Go writes what it has read: no zeros at the end, `Z` for UTC; the year 1 for none. */
export function goTime(text: string): string {
  if (text === '') return '0001-01-01T00:00:00Z';
  return text
    .replace(/(\.\d*?)0+(?=[Zz+-]|$)/, '$1')
    .replace(/\.(?=[Zz+-]|$)/, '')
    .replace(/[+-]00:00$/, 'Z');
}
