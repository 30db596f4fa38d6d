import { type GoMap, goFunction, nameType, retypeMap, typedMap, viewAs } from '@gitops-toolkit/go-template';
import type { ChartNode } from '../chart/chart-node.ts';
import type { Dialect } from '../dialect.ts';
import { writeYaml } from '../functions/yaml-functions.ts';
import { validateValues } from '../schema/validate-values.ts';
import { coalesceOwnValues } from '../values/coalesce.ts';
import { capabilitiesObject } from './capabilities-object.ts';
import type { CapabilitiesInput, ReleaseInput } from './release.ts';

/** The named types that Helm's values have in Go. */
export const VALUES_TYPE: Readonly<Record<Dialect, string>> = { v3: 'chartutil.Values', v4: 'common.Values' };

for (const name of Object.values(VALUES_TYPE)) {
  nameType(name, 'map[string]interface {}', {
    AsMap: (values: GoMap) => goFunction([], () => viewAs(values, 'map[string]interface {}')),
    YAML: (values: GoMap) => goFunction([], () => `${writeYaml(values)}\n`),
  });
}

/** What values are made of. */
export interface RenderValuesOptions {
  readonly dialect: Dialect;
  readonly release: ReleaseInput;
  readonly capabilities: CapabilitiesInput;
  /** Does not hold values against `values.schema.json`. */
  readonly skipSchemaValidation?: boolean;
  readonly warn?: (message: string) => void;
}

/**
 * What templates of the root chart see beside the chart itself: `Values`, `Release` and `Capabilities`.
 *
 * @throws HelmError `HELM_VALUES_INVALID`, `HELM_SCHEMA_FAILED`, `HELM_RELEASE_INVALID`
 */
export function renderValues(node: ChartNode, values: GoMap, options: RenderValuesOptions): GoMap {
  const { dialect, release, capabilities, warn } = options;
  const coalesced = coalesceOwnValues(node, values, { dialect, keepsNulls: false, ...(warn && { warn }) });
  if (options.skipSchemaValidation !== true) validateValues(node, coalesced);
  return typedMap('map[string]interface {}', [
    ['Capabilities', capabilitiesObject(capabilities, dialect)],
    ['Release', releaseObject(release)],
    ['Values', retypeMap(coalesced, VALUES_TYPE[dialect])],
  ]);
}

/** `.Release` */
function releaseObject(release: ReleaseInput): GoMap {
  const isUpgrade = release.isUpgrade ?? false;
  return typedMap('map[string]interface {}', [
    ['Name', release.name],
    ['Namespace', release.namespace ?? 'default'],
    ['IsUpgrade', isUpgrade],
    ['IsInstall', !isUpgrade],
    ['Revision', BigInt(release.revision ?? 1)],
    ['Service', release.service ?? 'Helm'],
  ]);
}
