import { parseFlags } from '@gitops-toolkit/runtime';
import { describe, expect, it } from 'vitest';
import { sourceControllerFlags, sourceWatcherFlags } from './flags.ts';

describe('sourceControllerFlags', () => {
  it("are read from the environment variables of Flux's controller where the command line does not say", () => {
    const env = { STORAGE_PATH: '/store', STORAGE_ADDRESS: ':8081', STORAGE_ADV_ADDR: 'source.example.com' };
    expect(parseFlags(sourceControllerFlags, { argv: ['--storage-addr=:8082'], env })).toMatchObject({
      'storage-path': '/store',
      'storage-addr': ':8082',
      'storage-adv-addr': 'source.example.com',
    });
    expect(parseFlags(sourceControllerFlags, { argv: [], env })['storage-addr']).toBe(':8081');
  });
});

describe('sourceWatcherFlags', () => {
  it("have the defaults of Flux's source-watcher", () => {
    expect(parseFlags(sourceWatcherFlags, { argv: [], env: {} })).toMatchObject({
      concurrent: 10,
      'http-retry': 9,
      'reconciliation-timeout': 600_000,
      'requeue-dependency': 5000,
      'storage-path': '/data',
    });
  });
});
