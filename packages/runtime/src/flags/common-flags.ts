import type { Flag } from './flag.ts';

function flag<T extends Flag['type']>(
  type: T,
  value: string,
  description: string,
  more: Partial<Flag<T>> = {},
): Flag<T> {
  return { type, default: value, description, ...more };
}

/** The flags that every controller of the toolkit takes, with Flux's names and defaults; `profiling-addr` is our own. */
export const commonFlags: {
  readonly 'metrics-addr': Flag<'string'>;
  readonly 'health-addr': Flag<'string'>;
  readonly 'profiling-addr': Flag<'string'>;
  readonly 'events-addr': Flag<'string'>;
  readonly kubeconfig: Flag<'string'>;
  readonly 'watch-all-namespaces': Flag<'boolean'>;
  readonly 'watch-label-selector': Flag<'string'>;
  readonly 'kube-api-qps': Flag<'integer'>;
  readonly 'kube-api-burst': Flag<'integer'>;
  readonly 'log-encoding': Flag<'string'>;
  readonly 'log-level': Flag<'string'>;
  readonly 'enable-leader-election': Flag<'boolean'>;
  readonly 'leader-election-release-on-cancel': Flag<'boolean'>;
  readonly 'leader-election-lease-duration': Flag<'duration'>;
  readonly 'leader-election-renew-deadline': Flag<'duration'>;
  readonly 'leader-election-retry-period': Flag<'duration'>;
  readonly 'feature-gates': Flag<'list'>;
  readonly 'no-cross-namespace-refs': Flag<'boolean'>;
  readonly 'min-retry-delay': Flag<'duration'>;
  readonly 'max-retry-delay': Flag<'duration'>;
  readonly 'interval-jitter-percentage': Flag<'integer'>;
  readonly 'requeue-dependency': Flag<'duration'>;
} = {
  'metrics-addr': flag('string', ':8080', 'Where /metrics is served; 0 for nowhere.'),
  'health-addr': flag('string', ':9440', 'Where /healthz and /readyz are served; 0 for nowhere.'),
  'profiling-addr': flag(
    'string',
    '0',
    'Where CPU profiles and heap snapshots are served, on this machine alone unless a host is named; 0 for nowhere.',
  ),
  'events-addr': flag('string', '', "The notification controller's address, which events are posted to."),
  kubeconfig: flag(
    'string',
    '',
    'The kubeconfig file; without it $KUBECONFIG, the home folder, or the pod itself.',
  ),
  'watch-all-namespaces': flag(
    'boolean',
    'true',
    'Watch every namespace, or only the one in $RUNTIME_NAMESPACE.',
  ),
  'watch-label-selector': flag(
    'string',
    '',
    'Reconcile only the objects with these labels: one shard of several.',
  ),
  'kube-api-qps': flag('integer', '50', 'Requests a second to the API server.'),
  'kube-api-burst': flag('integer', '300', 'Requests that may go out at once above that.'),
  'log-encoding': flag('string', 'json', 'How log lines are written.', { choices: ['json', 'console'] }),
  'log-level': flag('string', 'info', 'What is logged.', { choices: ['trace', 'debug', 'info', 'error'] }),
  'enable-leader-election': flag('boolean', 'false', 'Let one of several replicas work at a time.'),
  'leader-election-release-on-cancel': flag('boolean', 'true', 'Give the lease back at shutdown.'),
  'leader-election-lease-duration': flag(
    'duration',
    '35s',
    'How long others wait for a leader that went silent.',
  ),
  'leader-election-renew-deadline': flag('duration', '30s', 'When a leader that cannot renew gives up.'),
  'leader-election-retry-period': flag('duration', '5s', 'The time between tries to get or keep the lease.'),
  'feature-gates': flag('list', '', 'Features to switch: Name=true,Other=false.'),
  'no-cross-namespace-refs': flag('boolean', 'false', 'Refuse references to objects of other namespaces.'),
  'min-retry-delay': flag(
    'duration',
    '750ms',
    'The delay after the first failure; it doubles with each further one.',
  ),
  'max-retry-delay': flag('duration', '15m', 'The longest delay after a failure.'),
  'interval-jitter-percentage': flag('integer', '5', 'How much intervals are spread, in percent either way.'),
  'requeue-dependency': flag('duration', '30s', 'The time until a missing dependency is looked at again.'),
};
