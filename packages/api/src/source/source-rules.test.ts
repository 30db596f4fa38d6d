import { describe, expect, it } from 'vitest';
import {
  ArtifactGenerator,
  Bucket,
  type BucketSpec,
  HelmChart,
  type HelmChartSpec,
  HelmRepository,
  OCIRepository,
} from '../index.ts';

const metadata = { name: 'app', namespace: 'default' };

function complaints(
  definition: { apiVersion: string; kind: string; validate(object: unknown): { message: string }[] },
  spec: unknown,
): string[] {
  const { apiVersion, kind } = definition;
  return definition.validate({ apiVersion, kind, metadata, spec }).map(({ message }) => message);
}

describe('a Bucket', () => {
  const bucket: BucketSpec = { bucketName: 'app', endpoint: 's3.example.com', interval: '1m' };
  const aws = { provider: 'aws', endpoint: 'https://sts.example.com' } as const;
  const ldap = { provider: 'ldap', endpoint: 'https://sts.example.com' } as const;
  const name = { name: 'secret' };

  it.each<[string, Partial<BucketSpec>]>([
    ['needs no provider', {}],
    ['may take credentials of LDAP', { sts: { ...ldap, secretRef: name, certSecretRef: name } }],
    ['may take credentials of AWS', { provider: 'aws', sts: aws }],
    ['may be logged in to as a service account', { provider: 'gcp', serviceAccountName: 'reader' }],
  ])('%s', (_, spec) => {
    expect(complaints(Bucket, { ...bucket, ...spec })).toEqual([]);
  });

  it.each<[string, Partial<BucketSpec>]>([
    ["'aws' and 'generic' Bucket providers", { provider: 'azure', sts: ldap }],
    ["'aws' is the only supported STS provider", { provider: 'aws', sts: ldap }],
    ["'ldap' is the only supported STS provider", { sts: aws }],
    ['spec.sts.secretRef is not required', { provider: 'aws', sts: { ...aws, secretRef: name } }],
    ['spec.sts.certSecretRef is not required', { provider: 'aws', sts: { ...aws, certSecretRef: name } }],
    ["not supported for the 'generic' Bucket provider", { serviceAccountName: 'reader' }],
    ['cannot set both', { provider: 'gcp', secretRef: name, serviceAccountName: 'reader' }],
  ])('is refused: %s', (message, spec) => {
    expect(complaints(Bucket, { ...bucket, ...spec })).toEqual([expect.stringContaining(message)]);
  });
});

describe('a HelmChart', () => {
  const chart: HelmChartSpec = {
    chart: 'app',
    interval: '1m',
    sourceRef: { kind: 'HelmRepository', name: 'charts' },
  };
  const verify = { provider: 'cosign' } as const;

  it('is verified where it comes from a HelmRepository', () => {
    expect(complaints(HelmChart, { ...chart, verify })).toEqual([]);
    expect(
      complaints(HelmChart, { ...chart, verify, sourceRef: { kind: 'GitRepository', name: 'app' } }),
    ).toEqual([expect.stringContaining('only supported when spec.sourceRef.kind is')]);
  });
});

describe('an ArtifactGenerator', () => {
  const copy = [{ from: '@app/**', to: '@artifact/' }];
  const sources = [{ alias: 'app', kind: 'GitRepository', name: 'app' }];

  it('has names of objects, unless a pattern makes them', () => {
    expect(complaints(ArtifactGenerator, { sources, artifacts: [{ name: 'a.b-c', copy }] })).toEqual([]);
    expect(complaints(ArtifactGenerator, { sources, artifacts: [{ name: '{app}', copy }] })).toHaveLength(1);
    expect(
      complaints(ArtifactGenerator, {
        sources,
        pathPattern: '@app/apps/{app}',
        artifacts: [{ name: '{app}', copy }],
      }),
    ).toEqual([]);
  });
});

it('the addresses of sources have a scheme that is known', () => {
  expect(complaints(HelmRepository, { url: 'ftp://charts.example.com' })).toHaveLength(1);
  expect(complaints(HelmRepository, { url: 'oci://registry.example.com/charts', type: 'oci' })).toEqual([]);
  expect(complaints(OCIRepository, { url: 'https://registry.example.com', interval: '1m' })).toHaveLength(1);
});
