import { applyDefaults, prune } from '@gitops-toolkit/schema';
import { describe, expect, it } from 'vitest';
import {
  Kustomization,
  type KustomizationSpec,
  kustomizationReasons,
  type KustomizationStatus,
} from '../index.ts';

function kustomization(spec: unknown, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'app' },
    spec,
    ...more,
  };
}

const least: KustomizationSpec = {
  interval: '10m',
  prune: true,
  sourceRef: { kind: 'GitRepository', name: 'app' },
};

const selector = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  name: 'web',
  namespace: 'prod',
  labelSelector: 'app=web',
  annotationSelector: 'a',
};

const whole: KustomizationSpec = {
  ...least,
  sourceRef: {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'OCIRepository',
    name: 'app',
    namespace: 'flux-system',
  },
  retryInterval: '1m',
  timeout: '1h',
  path: './deploy',
  deletionPolicy: 'WaitForTermination',
  dependsOn: [{ name: 'base', namespace: 'infra', readyExpr: 'dep.status.ready' }],
  suspend: false,
  wait: true,
  healthChecks: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'prod' }],
  healthCheckExprs: [
    { apiVersion: 'a.io/v1', kind: 'A', current: 'true', inProgress: 'false', failed: 'false' },
  ],
  force: true,
  targetNamespace: 'prod',
  namePrefix: 'a-',
  nameSuffix: '-z',
  commonMetadata: { labels: { team: 'web' }, annotations: { note: 'x' } },
  patches: [{ patch: 'a', target: selector }],
  images: [{ name: 'web', newName: 'registry.example.com/web', newTag: '1.2.3', digest: 'sha256:0' }],
  components: ['../debug'],
  ignoreMissingComponents: true,
  buildMetadata: ['originAnnotations', 'transformerAnnotations'],
  ignore: [{ paths: ['/spec/replicas'], target: selector }],
  postBuild: {
    substitute: { a: 'b' },
    substituteFrom: [{ kind: 'ConfigMap', name: 'vars', optional: true }],
    substituteStrategy: 'Always',
  },
  decryption: { provider: 'sops', secretRef: { name: 'keys' }, serviceAccountName: 'kms' },
  serviceAccountName: 'deployer',
  kubeConfig: { secretRef: { name: 'remote', key: 'config' } },
};

const status: KustomizationStatus = {
  observedGeneration: 1,
  lastHandledReconcileAt: 'now',
  conditions: [
    {
      type: 'Ready',
      status: 'False',
      reason: kustomizationReasons.buildFailed,
      message: 'no such file',
      lastTransitionTime: '2026-01-02T03:04:05Z',
    },
  ],
  lastAppliedRevision: 'main@sha1:0',
  lastAppliedOriginRevision: 'main@sha1:1',
  lastAttemptedRevision: 'main@sha1:2',
  inventory: { entries: [{ id: 'prod_web_apps_Deployment', v: 'v1' }] },
  history: [
    {
      digest: 'sha256:0',
      firstReconciled: '2026-01-02T03:04:05Z',
      lastReconciled: '2026-01-02T03:04:06Z',
      lastReconciledDuration: '1.2s',
      lastReconciledStatus: 'ReconciliationSucceeded',
      totalReconciliations: 2,
      metadata: { revision: 'main@sha1:0' },
    },
  ],
};

describe('Kustomization', () => {
  it('is served as Flux serves it', () => {
    const { apiVersion, plural, shortNames, categories } = Kustomization;
    expect({ apiVersion, plural, shortNames, categories }).toEqual({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      plural: 'kustomizations',
      shortNames: ['ks'],
      categories: ['all', 'fluxcd', 'fluxcd-appliers'],
    });
  });

  it('knows every field of spec and status', () => {
    const object = kustomization(whole, { status });
    expect(prune(Kustomization.schema, object).pruned).toEqual([]);
    expect(Kustomization.validate(object)).toEqual([]);
  });

  it('needs an interval, a source and a word on pruning', () => {
    expect(Kustomization.validate(kustomization({})).map(({ field }) => field)).toEqual([
      'spec.interval',
      'spec.sourceRef',
      'spec.prune',
    ]);
  });

  it.each([
    ['sourceRef', { kind: 'HelmRepository', name: 'x' }, 'spec.sourceRef.kind'],
    ['deletionPolicy', 'Keep', 'spec.deletionPolicy'],
    ['namePrefix', '', 'spec.namePrefix'],
    ['targetNamespace', 'n'.repeat(64), 'spec.targetNamespace'],
    ['decryption', { provider: 'gpg' }, 'spec.decryption.provider'],
    ['buildMetadata', ['managedByLabel'], 'spec.buildMetadata[0]'],
    ['postBuild', { substituteFrom: [{ kind: 'Pod', name: 'a' }] }, 'spec.postBuild.substituteFrom[0].kind'],
    ['healthCheckExprs', [{ apiVersion: 'v1' }], 'spec.healthCheckExprs[0].current'],
  ])('refuses %s %j', (field, value, place) => {
    expect(
      Kustomization.validate(kustomization({ ...least, [field]: value })).map((error) => error.field),
    ).toEqual([place]);
  });

  it('takes one way to another cluster, not two and not none', () => {
    const errors = (kubeConfig: unknown): string[] =>
      Kustomization.validate(kustomization({ ...least, kubeConfig })).map(
        ({ field, message }) => `${field}: ${message}`,
      );
    const refused =
      'spec.kubeConfig: Invalid value: exactly one of spec.kubeConfig.configMapRef or spec.kubeConfig.secretRef must be specified';
    expect(errors({})).toEqual([refused]);
    expect(errors({ secretRef: { name: 'a' }, configMapRef: { name: 'b' } })).toEqual([refused]);
    expect(errors({ configMapRef: { name: 'b' } })).toEqual([]);
  });

  it('has the defaults of the API', () => {
    const spec = { ...least, postBuild: { substituteFrom: [{ kind: 'Secret', name: 'a' }] } };
    expect(applyDefaults(Kustomization.schema, kustomization(spec))).toMatchObject({
      spec: { force: false, postBuild: { substituteFrom: [{ optional: false }] } },
      status: { observedGeneration: -1 },
    });
  });
});
