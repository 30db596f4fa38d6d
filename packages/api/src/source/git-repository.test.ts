import { applyDefaults, prune } from '@gitops-toolkit/schema';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { conditionTypes, GitRepository, type GitRepositorySpec, gitRepositoryReasons } from '../index.ts';

function repository(spec: unknown, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'app' },
    spec,
    ...more,
  };
}

const whole: GitRepositorySpec = {
  url: 'https://git.example.com/team/app.git',
  interval: '1m',
  ref: { branch: 'main', tag: 'v1', semver: '>=1.0.0', name: 'refs/heads/main', commit: 'c0ffee' },
  secretRef: { name: 'login' },
  provider: 'azure',
  serviceAccountName: 'fetcher',
  proxySecretRef: { name: 'proxy' },
  timeout: '30s',
  ignore: '/docs',
  include: [{ repository: { name: 'base' }, fromPath: 'deploy', toPath: 'base' }],
  recurseSubmodules: true,
  sparseCheckout: ['deploy'],
  verify: { mode: 'TagAndHEAD', secretRef: { name: 'keys' } },
  suspend: false,
};

const artifact = {
  path: 'gitrepository/default/app/abc.tar.gz',
  url: 'http://source/gitrepository/default/app/abc.tar.gz',
  revision: 'main@sha1:4a1b2c',
  digest: `sha256:${'0'.repeat(64)}`,
  lastUpdateTime: '2026-01-02T03:04:05Z',
  size: 12,
  metadata: { a: 'b' },
};

describe('GitRepository', () => {
  it('is served as Flux serves it', () => {
    const { group, version, kind, plural, singular, shortNames, categories, scope } = GitRepository;
    expect({ group, version, kind, plural, singular, shortNames, categories, scope }).toEqual({
      group: 'source.toolkit.fluxcd.io',
      version: 'v1',
      kind: 'GitRepository',
      plural: 'gitrepositories',
      singular: 'gitrepository',
      shortNames: ['gitrepo'],
      categories: ['all', 'fluxcd', 'fluxcd-sources'],
      scope: 'Namespaced',
    });
    expect(GitRepository.crd().metadata.annotations).toEqual({
      'kustomize.toolkit.fluxcd.io/substitute': 'disabled',
    });
  });

  it('knows every field of spec and status', () => {
    const status = {
      observedGeneration: 2,
      lastHandledReconcileAt: 'now',
      conditions: [
        {
          type: conditionTypes.ready,
          status: 'True',
          reason: gitRepositoryReasons.gitOperationSucceeded,
          message: '',
          lastTransitionTime: '2026-01-02T03:04:05Z',
          observedGeneration: 2,
        },
      ],
      artifact,
      includedArtifacts: [artifact],
      observedIgnore: '/docs',
      observedInclude: whole.include,
      observedRecurseSubmodules: true,
      observedSparseCheckout: ['deploy'],
      sourceVerificationMode: 'TagAndHEAD',
    };
    const object = repository(whole, { status });
    expect(prune(GitRepository.schema, object).pruned).toEqual([]);
    expect(GitRepository.validate(object)).toEqual([]);
  });

  it('needs a URL and an interval', () => {
    expect(
      GitRepository.validate(repository({})).map(({ field, message }) => `${field}: ${message}`),
    ).toEqual(['spec.url: Required value', 'spec.interval: Required value']);
  });

  it.each([
    ['url', 'git@example.com:a/b.git'],
    ['interval', '10'],
    ['timeout', '1h'],
    ['provider', 'gitlab'],
    ['suspend', 'yes'],
  ])('refuses %s %j', (field, value) => {
    const errors = GitRepository.validate(
      repository({ url: 'ssh://git@a.io/b', interval: '1m', [field]: value }),
    );
    expect(errors.map((error) => error.field)).toEqual([`spec.${field}`]);
  });

  it('takes a service account with the providers that have use for it', () => {
    const spec = { url: 'https://a.io/b', interval: '1m', serviceAccountName: 'sa' };
    expect(
      GitRepository.validate(repository(spec)).map(({ field, message }) => `${field}: ${message}`),
    ).toEqual(["spec: Invalid value: serviceAccountName can only be set when provider is 'azure' or 'aws'"]);
    expect(GitRepository.validate(repository({ ...spec, provider: 'github' }))).toHaveLength(1);
    expect(GitRepository.validate(repository({ ...spec, provider: 'aws' }))).toEqual([]);
  });

  it('has the defaults of the API', () => {
    const object = repository({
      url: 'https://a.io/b',
      interval: '1m',
      verify: { secretRef: { name: 'keys' } },
    });
    expect(applyDefaults(GitRepository.schema, object)).toMatchObject({
      spec: { timeout: '60s', verify: { mode: 'HEAD' } },
      status: { observedGeneration: -1 },
    });
  });

  it('checks what controllers write into the status', () => {
    const bad = { ...artifact, digest: 'not a digest', lastUpdateTime: 'yesterday' };
    const condition = {
      type: 'Ready',
      status: 'Yes',
      reason: 'with space',
      message: '',
      lastTransitionTime: '2026-01-02T03:04:05Z',
    };
    const status = { artifact: bad, conditions: [condition] };
    expect(GitRepository.validate(repository(whole, { status })).map(({ field }) => field)).toEqual([
      'status.artifact.digest',
      'status.artifact.lastUpdateTime',
      'status.conditions[0].status',
      'status.conditions[0].reason',
    ]);
  });

  it('types its objects', () => {
    expectTypeOf<GitRepository['spec']>().toEqualTypeOf<GitRepositorySpec>();
    expectTypeOf<NonNullable<NonNullable<GitRepository['status']>['artifact']>['size']>().toEqualTypeOf<
      number | undefined
    >();
  });
});
