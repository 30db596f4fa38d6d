import os from 'node:os';
import { RuntimeError } from '../errors.ts';
import { jsonLogger } from '../manager/json-logger.ts';
import type { ManagerOptions } from '../manager/manager.ts';
import { notificationSink } from '../events/notification-sink.ts';
import type { commonFlags } from './common-flags.ts';
import type { FlagValues } from './flag.ts';

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads an address as Go programs take it: `:8080` is every interface; `0` or nothing is nowhere.
 *
 * @param defaultHost what no host stands for
 * @throws RuntimeError `RUNTIME_FLAG_INVALID`
 */
export function parseListenAddress(text: string, defaultHost = '0.0.0.0'): ListenAddress | undefined {
  if (text === '' || text === '0') return undefined;
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) {
    throw new RuntimeError(
      'RUNTIME_FLAG_INVALID',
      `${JSON.stringify(text)} is not an address such as :8080 or 127.0.0.1:8080`,
    );
  }
  return { host: match[1] ?? (match[2] || defaultHost), port };
}

/**
 * What the common flags mean for a manager: spread it into {@link manager}'s options.
 *
 * @param name the program's name, which its lease and its events carry
 * @throws RuntimeError `RUNTIME_FLAG_INVALID` for an address that is none.
 */
export function managerOptions(
  name: string,
  flags: FlagValues<typeof commonFlags>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Omit<ManagerOptions, 'client' | 'controllers'> {
  const namespace = env['RUNTIME_NAMESPACE'];
  const metrics = parseListenAddress(flags['metrics-addr']);
  const health = parseListenAddress(flags['health-addr']);
  const profiling = parseListenAddress(flags['profiling-addr'], '127.0.0.1');
  return {
    name,
    logger: jsonLogger({
      level: flags['log-level'] as 'trace' | 'debug' | 'info' | 'error',
      encoding: flags['log-encoding'] as 'json' | 'console',
    }),
    ...(flags['watch-all-namespaces'] || namespace === undefined ? {} : { namespaces: [namespace] }),
    ...(metrics ? { metrics } : {}),
    ...(health ? { health } : {}),
    ...(profiling ? { profiling } : {}),
    ...(flags['events-addr'] === ''
      ? {}
      : {
          eventSinks: [
            notificationSink({
              address: flags['events-addr'],
              reportingController: name,
              reportingInstance: os.hostname(),
            }),
          ],
        }),
    ...(flags['enable-leader-election']
      ? {
          leaderElection: {
            namespace: namespace ?? 'default',
            leaseName: `${name}-leader-election`,
            leaseDurationMs: flags['leader-election-lease-duration'],
            renewDeadlineMs: flags['leader-election-renew-deadline'],
            retryPeriodMs: flags['leader-election-retry-period'],
            releaseOnCancel: flags['leader-election-release-on-cancel'],
          },
        }
      : {}),
  };
}
