import { describe, expect, it } from 'vitest';

import { commonFlags } from './common-flags.ts';
import { managerOptions, parseListenAddress } from './manager-options.ts';
import { parseFlags } from './parse-flags.ts';

function optionsFor(
  argv: readonly string[],
  env: Record<string, string> = {},
): ReturnType<typeof managerOptions> {
  return managerOptions('kustomize-controller', parseFlags(commonFlags, { argv, env: {} }), env);
}

describe('managerOptions', () => {
  it('has the defaults of Flux', () => {
    const options = optionsFor([]);
    expect(options).toMatchObject({
      name: 'kustomize-controller',
      metrics: { host: '0.0.0.0', port: 8080 },
      health: { host: '0.0.0.0', port: 9440 },
    });
    expect(options).not.toHaveProperty('namespaces');
    expect(options).not.toHaveProperty('leaderElection');
    expect(options).not.toHaveProperty('eventSinks');
  });

  it('watches the namespace of its pod alone where it is told to', () => {
    const env = { RUNTIME_NAMESPACE: 'flux-system' };
    expect(optionsFor(['--watch-all-namespaces=false'], env).namespaces).toEqual(['flux-system']);
    expect(optionsFor(['--watch-all-namespaces=true'], env)).not.toHaveProperty('namespaces');
  });

  it('elects a leader by the times that are given, in the namespace of its pod', () => {
    const argv = [
      '--enable-leader-election',
      '--leader-election-retry-period=2s',
      '--leader-election-release-on-cancel=false',
    ];
    expect(optionsFor(argv, { RUNTIME_NAMESPACE: 'flux-system' }).leaderElection).toMatchObject({
      namespace: 'flux-system',
      leaseDurationMs: 35_000,
      renewDeadlineMs: 30_000,
      retryPeriodMs: 2000,
      releaseOnCancel: false,
    });
  });

  it('sends events to the notification controller that is named', () => {
    expect(optionsFor(['--events-addr=http://notification-controller/']).eventSinks).toHaveLength(1);
  });

  it('serves nothing where the address is 0', () => {
    const options = optionsFor(['--metrics-addr=0', '--health-addr=0']);
    expect(options).not.toHaveProperty('metrics');
    expect(options).not.toHaveProperty('health');
  });

  it('serves profiles where it is told to, on this machine alone unless a host is named', () => {
    expect(optionsFor([])).not.toHaveProperty('profiling');
    expect(optionsFor(['--profiling-addr=:6060']).profiling).toEqual({ host: '127.0.0.1', port: 6060 });
    expect(optionsFor(['--profiling-addr=0.0.0.0:6060']).profiling?.host).toBe('0.0.0.0');
  });
});

describe('parseListenAddress', () => {
  it('reads hosts and ports as Go does', () => {
    expect(parseListenAddress('127.0.0.1:8080')).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(parseListenAddress('[::1]:80')).toEqual({ host: '::1', port: 80 });
    expect(parseListenAddress('localhost:0')).toEqual({ host: 'localhost', port: 0 });
    expect(parseListenAddress('')).toBeUndefined();
  });

  it.each(['8080', ':99999', 'a:b', '::1:80'])('refuses %s: RUNTIME_FLAG_INVALID', (text) => {
    expect(() => parseListenAddress(text)).toThrow(expect.objectContaining({ code: 'RUNTIME_FLAG_INVALID' }));
  });
});
