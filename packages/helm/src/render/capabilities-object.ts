import { goFunction, GoStruct, nameType, type StructType, typedList } from '@gitops-toolkit/go-template';
import type { Dialect } from '../dialect.ts';
import { type KubeVersion, parseKubeVersion } from './kube-version.ts';
import { KNOWN_API_VERSIONS } from './known-api-versions.ts';
import type { CapabilitiesInput } from './release.ts';

/** What the programs were built with. */
const DEFAULTS = {
  v3: { kubeVersion: 'v1.35.0', helm: { version: 'v3.20.2', goVersion: 'go1.26.8' } },
  v4: { kubeVersion: 'v1.36.0', helm: { version: 'v4.2.3', goVersion: 'go1.26.8' } },
} as const;

/** The Go package that the types are of. */
const PACKAGES: Readonly<Record<Dialect, string>> = { v3: 'chartutil', v4: 'common' };

for (const name of Object.values(PACKAGES)) {
  nameType(`${name}.VersionSet`, '[]string', {
    Has: (versions: readonly string[]) =>
      goFunction(['string'], (version: string) => versions.includes(version)),
  });
}

function kubeVersionType(dialect: Dialect): StructType<KubeVersion> {
  return {
    name: `${PACKAGES[dialect]}.KubeVersion`,
    fields: ['Version', 'Major', 'Minor'],
    text: ({ version, plain }) => (dialect === 'v4' ? plain : version),
    json: ({ version, major, minor }) => [
      ['Version', version],
      ['Major', major],
      ['Minor', minor],
    ],
    methods: {
      String: ({ version, plain }) => goFunction([], () => (dialect === 'v4' ? plain : version)),
      GitVersion: ({ version }) => goFunction([], () => version),
    },
  };
}

const KUBE_VERSIONS = { v3: kubeVersionType('v3'), v4: kubeVersionType('v4') };

interface BuildInfo {
  readonly version: string;
  readonly goVersion: string;
  readonly kubeClientVersion?: string;
}

/** What is not known of a build is empty, and JSON leaves it out. */
function buildInfoType(more: readonly string[]): StructType<BuildInfo> {
  return {
    name: 'version.BuildInfo',
    fields: ['Version', 'GitCommit', 'GitTreeState', 'GoVersion', ...more],
    json: ({ version, goVersion, kubeClientVersion }) => [
      ['version', version],
      ['go_version', goVersion],
      ...(kubeClientVersion === undefined ? [] : [['kube_client_version', kubeClientVersion]]),
    ],
  };
}

const BUILD_INFO = { v3: buildInfoType([]), v4: buildInfoType(['KubeClientVersion']) };

/** The version of Kubernetes that a chart is rendered for. @throws HelmError `HELM_RELEASE_INVALID` */
export function kubeVersionOf(input: CapabilitiesInput, dialect: Dialect): KubeVersion {
  return parseKubeVersion(input.kubeVersion ?? DEFAULTS[dialect].kubeVersion, dialect);
}

/** `.Capabilities`. @throws HelmError `HELM_RELEASE_INVALID` */
export function capabilitiesObject(input: CapabilitiesInput, dialect: Dialect): GoStruct {
  const kube = kubeVersionOf(input, dialect);
  const versions = [...KNOWN_API_VERSIONS[dialect], ...(input.apiVersions ?? [])];
  const helm = input.helmVersion ?? DEFAULTS[dialect].helm;
  // Helm 4 knows what client it was built with: `v1.36`.
  const kubeClientVersion = DEFAULTS.v4.kubeVersion.replace(/\.\d+$/, '');
  const build: BuildInfo = { ...helm, ...(dialect === 'v4' && { kubeClientVersion }) };
  return new GoStruct<unknown>(
    { name: `*${PACKAGES[dialect]}.Capabilities`, fields: ['KubeVersion', 'APIVersions', 'HelmVersion'] },
    undefined,
    {
      KubeVersion: new GoStruct(KUBE_VERSIONS[dialect], kube, {
        Version: kube.version,
        Major: kube.major,
        Minor: kube.minor,
      }),
      APIVersions: typedList(`${PACKAGES[dialect]}.VersionSet`, versions),
      HelmVersion: new GoStruct(BUILD_INFO[dialect], build, {
        Version: build.version,
        GitCommit: '',
        GitTreeState: '',
        GoVersion: build.goVersion,
        KubeClientVersion: kubeClientVersion,
      }),
    },
  );
}
