import type { Logger } from '@gitops-toolkit/core';
import { parseFeatureGates } from '@gitops-toolkit/runtime';
import { describe, expect, it } from 'vitest';
import {
  featureGatesFlag,
  kustomizeControllerGates,
  sourceControllerGates,
  warnOfFixedGates,
} from './feature-gates.ts';

/** What is logged, with the gates. */
function recordingLogger(): { logger: Logger; lines: [string, unknown][] } {
  const lines: [string, unknown][] = [];
  const logger: Logger = {
    trace() {},
    debug() {},
    info: (message, fields) => void lines.push([message, fields?.['gate']]),
    error() {},
    with: () => logger,
  };
  return { logger, lines };
}

describe('gates', () => {
  it('are those that deployments of Flux set, with its defaults', () => {
    expect(parseFeatureGates(sourceControllerGates, ['CacheSecretsAndConfigMaps=true'])).toEqual({
      CacheSecretsAndConfigMaps: true,
      ConsumerPaths: false,
      ObjectLevelWorkloadIdentity: false,
    });
    expect(
      parseFeatureGates(kustomizeControllerGates, ['GroupChangeLog=true', 'DisableStatusPollerCache=false']),
    ).toMatchObject({
      GroupChangeLog: true,
      DisableStatusPollerCache: false,
      StrictPostBuildSubstitutions: true,
    });
  });
});

describe('warnOfFixedGates', () => {
  it('says of a gate that changes nothing what holds instead', () => {
    const { logger, lines } = recordingLogger();
    const gates = parseFeatureGates(sourceControllerGates, ['CacheSecretsAndConfigMaps=true']);
    warnOfFixedGates(sourceControllerGates, gates, logger);
    expect(lines).toEqual([
      [expect.stringContaining('always read from the API server'), 'CacheSecretsAndConfigMaps'],
    ]);
  });

  it('says nothing of gates that are heeded, or set to what holds anyway', () => {
    const { logger, lines } = recordingLogger();
    const set = ['ObjectLevelWorkloadIdentity=true', 'CacheSecretsAndConfigMaps=false'];
    warnOfFixedGates(sourceControllerGates, parseFeatureGates(sourceControllerGates, set), logger);
    const others = ['DisableStatusPollerCache=true', 'DisableFailFastBehavior=true'];
    warnOfFixedGates(kustomizeControllerGates, parseFeatureGates(kustomizeControllerGates, others), logger);
    expect(lines).toEqual([]);
  });

  it('knows which controller heeds a gate', () => {
    const { logger, lines } = recordingLogger();
    const gates = parseFeatureGates(kustomizeControllerGates, ['ObjectLevelWorkloadIdentity=true']);
    warnOfFixedGates(kustomizeControllerGates, gates, logger);
    expect(lines.map(([, gate]) => gate)).toEqual(['ObjectLevelWorkloadIdentity']);
  });
});

describe('featureGatesFlag', () => {
  it('names the gates, their defaults, and those that change nothing', () => {
    const { description } = featureGatesFlag(sourceControllerGates);
    expect(description).toContain('ConsumerPaths=false');
    expect(description).toContain(
      'CacheSecretsAndConfigMaps changes nothing (Secrets and ConfigMaps are always read',
    );
    expect(description).not.toContain('ObjectLevelWorkloadIdentity changes nothing');
  });
});
