import type { GitRepository, Kustomization } from '@gitops-toolkit/api';
import { describe, expect, it } from 'vitest';
import { requireUrl } from './git-repository/require-url.ts';
import { refuseUnsupported as refuseKustomization } from './kustomization/supported.ts';

const repository = (spec: Record<string, unknown>) =>
  ({ spec: { url: 'https://git.example.com/app', interval: '1m', ...spec } }) as unknown as GitRepository;
const kustomization = (spec: Record<string, unknown>) => ({ spec }) as unknown as Kustomization;

const stalled = (field: string) =>
  expect.objectContaining({
    reason: 'FeatureGateDisabled',
    stalled: true,
    cause: expect.objectContaining({ code: 'CONTROLLERS_FIELD_UNSUPPORTED' }) as unknown,
    message: expect.stringContaining(field) as string,
  });

describe('fields that are not supported', () => {
  it.each([
    ['spec.decryption', { decryption: { provider: 'sops' } }],
    ['spec.healthCheckExprs', { healthCheckExprs: [{ kind: 'X', current: 'true' }] }],
    ['spec.dependsOn.readyExpr', { dependsOn: [{ name: 'a', readyExpr: 'true' }] }],
  ])('stall a Kustomization: %s', (field, spec) => {
    expect(() => refuseKustomization(kustomization(spec))).toThrow(stalled(field));
  });

  it('leave others alone', () => {
    expect(() => refuseKustomization(kustomization({ dependsOn: [{ name: 'a' }] }))).not.toThrow();
  });
});

describe('a URL that is none', () => {
  it('stalls the object', () => {
    const failure = {
      reason: 'URLInvalid',
      stalled: true,
      cause: expect.objectContaining({ code: 'CONTROLLERS_SPEC_INVALID' }) as unknown,
    };
    expect(() => requireUrl(repository({ url: 'https://' }))).toThrow(expect.objectContaining(failure));
  });
});
