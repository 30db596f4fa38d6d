import { goFunction, GoStruct, type StructType, typedList } from '@gitops-toolkit/go-template';
import type { Dialect } from '../dialect.ts';
import { KNOWN_API_VERSIONS } from './known-api-versions.ts';
import { HelmError } from '../errors.ts';
import type { CapabilitiesInput } from './release.ts';

interface KubeVersion {
  readonly version: string;
  readonly major: string;
  readonly minor: string;
}

/** What the programs were built with. */
const DEFAULTS = {
  v3: { kubeVersion: 'v1.35.0', helm: { version: 'v3.20.2', goVersion: 'go1.26.8' } },
  v4: { kubeVersion: 'v1.36.0', helm: { version: 'v4.2.3', goVersion: 'go1.26.8' } },
} as const;

const KUBE_VERSION: StructType<KubeVersion> = {
  name: 'chartutil.KubeVersion',
  fields: ['Version', 'Major', 'Minor'],
  text: ({ version }) => version,
  methods: {
    String: ({ version }) => goFunction([], () => version),
    GitVersion: ({ version }) => goFunction([], () => version),
  },
};

interface ApiVersions {
  readonly all: readonly string[];
}

/** A list of names that can be asked for one. */
const API_VERSIONS: StructType<ApiVersions> = {
  name: 'chartutil.VersionSet',
  fields: [],
  text: ({ all }) => `[${all.join(' ')}]`,
  json: ({ all }) => typedList('[]string', all),
  methods: {
    Has: ({ all }) => {
      const known = new Set(all);
      return goFunction(['string'], (version: string) => known.has(version));
    },
  },
};

const BUILD_INFO: StructType = { name: 'version.BuildInfo', fields: ['Version', 'GitCommit', 'GitTreeState', 'GoVersion'] };
const CAPABILITIES: StructType = { name: '*chartutil.Capabilities', fields: ['KubeVersion', 'APIVersions', 'HelmVersion'] };

/**
 * A version of Kubernetes such as `v1.31.2-gke.5`, in its parts.
 *
 * @throws HelmError `HELM_RELEASE_INVALID`
 */
export function parseKubeVersion(text: string): KubeVersion {
  const match = /^v?(\d+)\.(\d+)(.*)$/s.exec(text);
  if (!match) {
    throw new HelmError('HELM_RELEASE_INVALID', `could not parse ${JSON.stringify(text)} as version`, {
      hint: 'Give a version of Kubernetes such as v1.31.0.',
    });
  }
  const [, major = '', minor = '', rest = ''] = match;
  return { version: `v${major}.${minor}${rest === '' ? '.0' : rest}`, major, minor };
}

/** `.Capabilities`. */
export function capabilitiesObject(input: CapabilitiesInput, dialect: Dialect): GoStruct {
  const defaults = DEFAULTS[dialect];
  const kube = parseKubeVersion(input.kubeVersion ?? defaults.kubeVersion);
  const all = [...KNOWN_API_VERSIONS[dialect], ...(input.apiVersions ?? [])];
  const { version, goVersion } = input.helmVersion ?? defaults.helm;
  const fields = {
    KubeVersion: new GoStruct(KUBE_VERSION, kube, { Version: kube.version, Major: kube.major, Minor: kube.minor }),
    APIVersions: new GoStruct(API_VERSIONS, { all }),
    HelmVersion: new GoStruct(BUILD_INFO, undefined, {
      Version: version,
      GitCommit: '',
      GitTreeState: '',
      GoVersion: goVersion,
    }),
  };
  return new GoStruct(CAPABILITIES, undefined, fields);
}
