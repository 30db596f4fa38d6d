import type { GoMap } from '@gitops-toolkit/go-template';
import { emit } from '@gitops-toolkit/yaml';
import type { Chart } from '../chart/chart.ts';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';
import type { CapabilitiesInput } from '../render/release.ts';
import { releaseNameOf } from '../render/release-name.ts';
import { render } from '../render/render.ts';
import type { RenderCache } from '../render/render-cache.ts';
import { mergeMaps } from '../values/read-values.ts';
import { userValues } from '../values/user-values.ts';
import type { ChartRequest } from './chart-request.ts';

/** How requests are rendered. */
export interface RequestSettings {
  readonly dialect: Dialect;
  /** What counts where a request does not say it. */
  readonly capabilities: CapabilitiesInput;
  readonly cache: RenderCache;
}

/** What `helm template` calls a release that has no name. */
const UNNAMED = 'release-name';

/** Renders the chart of a request. @throws HelmError with any of its codes */
export function renderRequest(chart: Chart, request: ChartRequest, settings: RequestSettings): string {
  const { dialect, cache } = settings;
  const { namespace, includeCRDs, skipHooks, skipTests } = request;
  const result = render(chart, {
    dialect,
    cache,
    values: valuesOf(chart, request, dialect),
    release: { name: nameOf(request), ...(namespace !== undefined && { namespace }) },
    capabilities: capabilitiesOf(request, settings),
  });
  return result.toYaml({ crds: includeCRDs, hooks: !skipHooks, tests: !skipTests });
}

function valuesOf(chart: Chart, { values, valuesBelow }: ChartRequest, dialect: Dialect): GoMap {
  const read = (parts: readonly unknown[]): GoMap => {
    const files = parts.map((value, i) => ({ name: `values-${i + 1}.yaml`, text: emit(value) }));
    return userValues({ files }, dialect);
  };
  if (valuesBelow === undefined) return read(values);
  return mergeMaps(mergeMaps(read([valuesBelow]), chart.values), read(values));
}

function nameOf({ releaseName, nameTemplate }: ChartRequest): string {
  if (releaseName !== undefined && nameTemplate !== undefined) {
    throw new HelmError('HELM_RELEASE_INVALID', 'cannot set --name-template and also specify a name', {
      hint: 'Leave out releaseName or nameTemplate.',
    });
  }
  return nameTemplate === undefined ? (releaseName ?? UNNAMED) : releaseNameOf(nameTemplate);
}

function capabilitiesOf(
  { apiVersions, kubeVersion }: ChartRequest,
  { capabilities }: RequestSettings,
): CapabilitiesInput {
  return {
    ...capabilities,
    ...(apiVersions.length > 0 && { apiVersions }),
    ...(kubeVersion !== undefined && { kubeVersion }),
  };
}
