import type { KubeObject } from '@gitops-toolkit/core';

import type { ControllerContext } from '../controllers/controller.ts';

/** Something that happened to an object, as `kubectl describe` tells it. */
export interface Happening {
  readonly object: KubeObject;
  readonly type?: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Who tells. */
  readonly component: string;
  /** The node where it happened. */
  readonly host?: string;
  /** The part of the object that it happened to. */
  readonly fieldPath?: string;
}

interface EventName {
  readonly namespace: string;
  readonly name: string;
}

/** Events that are kept; a real server forgets them after an hour. */
const DEFAULT_LIMIT = 1000;
/** Bytes of the object's name in the Event's, which leaves room for what tells Events apart. */
const NAME_LENGTH = 200;

/** Stores Events. What happens again is counted; beyond the limit the oldest go. */
export class EventRecorder {
  readonly #context: ControllerContext;
  readonly #limit: number;
  /** By what happened, the oldest first. */
  readonly #recorded: Map<string, EventName> = new Map();
  #sequence = 0;

  constructor(context: ControllerContext, limit: number = DEFAULT_LIMIT) {
    this.#context = context;
    this.#limit = limit;
  }

  record(happening: Happening): void {
    const { object, reason, message, fieldPath = '' } = happening;
    const key = [object.kind, object.metadata.uid, fieldPath, reason, message].join('\n');
    const known = this.#recorded.get(key);
    this.#recorded.delete(key);
    const name = (known && this.#countAgain(known)) ?? this.#create(happening);
    if (name) this.#recorded.set(key, name);
    this.#forgetOldest();
  }

  #countAgain({ namespace, name }: EventName): EventName | undefined {
    const { client, engine } = this.#context;
    const event = client.get('v1', 'Event', namespace, name);
    if (!event) return undefined;
    client.update(event, (draft) => {
      draft['count'] = Number(draft['count'] ?? 0) + 1;
      draft['lastTimestamp'] = engine.now();
    });
    return { namespace, name };
  }

  #create(happening: Happening): EventName | undefined {
    const { client, engine } = this.#context;
    const { object, type = 'Normal', reason, message, component, host, fieldPath } = happening;
    const { name: objectName = '', namespace = 'default', uid, resourceVersion } = object.metadata;
    const now = engine.now();
    const suffix = (BigInt(engine.clock.now()) * 1_000_000n + BigInt(this.#sequence++)).toString(16);
    const name = `${objectName.slice(0, NAME_LENGTH)}.${suffix}`;
    const created = client.create({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        namespace,
        name: objectName,
        uid,
        resourceVersion,
        ...(fieldPath === undefined ? {} : { fieldPath }),
      },
      type,
      reason,
      message,
      source: { component, ...(host === undefined ? {} : { host }) },
      reportingComponent: component,
      reportingInstance: host ?? '',
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    });
    return created && { namespace, name };
  }

  #forgetOldest(): void {
    const { client } = this.#context;
    for (const [key, { namespace, name }] of this.#recorded) {
      if (this.#recorded.size <= this.#limit) return;
      this.#recorded.delete(key);
      const event = client.get('v1', 'Event', namespace, name);
      if (event) client.delete(event);
    }
  }
}
