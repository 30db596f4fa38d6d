import type { FieldError } from '@gitops-toolkit/schema';

import { type Draft, maybeChild, text } from '../draft.ts';
import {
  forbiddenField,
  invalidValue,
  nonNegative,
  oneOf,
  portNumberErrors,
  required,
} from '../field-errors.ts';
import { portNameErrors } from '../names.ts';

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;
const COUNTS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

/** What is wrong with the probes and hooks of a container. */
export function probesErrors(container: Draft, path: string): FieldError[] {
  const hooks = maybeChild(container, 'lifecycle');
  return [
    ...['postStart', 'preStop'].flatMap((name) =>
      handlerErrors(maybeChild(hooks, name), `${path}.lifecycle.${name}`),
    ),
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((name) => {
      const probe = maybeChild(container, name);
      const isOnce = name !== 'readinessProbe';
      return probe
        ? [...probeErrors(probe, `${path}.${name}`), ...(isOnce ? onceErrors(probe, `${path}.${name}`) : [])]
        : [];
    }),
  ];
}

function probeErrors(probe: Draft, path: string): FieldError[] {
  return [
    ...handlerErrors(probe, path),
    ...COUNTS.flatMap((name) => nonNegative(`${path}.${name}`, probe[name])),
  ];
}

/** Probes that decide on a restart are content with one success. */
function onceErrors(probe: Draft, path: string): FieldError[] {
  const count = probe['successThreshold'] ?? 1;
  return count === 1 ? [] : [invalidValue(`${path}.successThreshold`, count, 'must be 1')];
}

function handlerErrors(handler: Draft | undefined, path: string): FieldError[] {
  if (!handler) return [];
  const given = HANDLERS.filter((name) => maybeChild(handler, name));
  if (given.length === 0) return [required(path, 'must specify a handler type')];
  return given.flatMap((name, i) =>
    i > 0
      ? [forbiddenField(`${path}.${name}`, 'may not specify more than 1 handler type')]
      : actionErrors(name, maybeChild(handler, name) ?? {}, `${path}.${name}`),
  );
}

function actionErrors(name: (typeof HANDLERS)[number], action: Draft, path: string): FieldError[] {
  switch (name) {
    case 'exec':
      return Array.isArray(action['command']) && action['command'].length > 0
        ? []
        : [required(`${path}.command`)];
    case 'httpGet':
      return [
        ...(text(action, 'path') === '' ? [required(`${path}.path`)] : []),
        ...targetErrors(action['port'], `${path}.port`),
        ...oneOf(`${path}.scheme`, action['scheme'], ['HTTP', 'HTTPS']),
      ];
    case 'sleep':
      return [];
    default:
      return targetErrors(action['port'], `${path}.port`);
  }
}

/** The number of a port or the name of one. */
export function targetErrors(port: unknown, path: string): FieldError[] {
  return typeof port === 'string'
    ? portNameErrors(port).map((message) => invalidValue(path, port, message))
    : portNumberErrors(path, port);
}
