import type { KubeObject, ObjectRef } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';

/** Hears of the writes of a client that went well. */
export interface WriteListener {
  written(object: KubeObject): void;
  /** @param answer of the server: the object, where something keeps it, or a `Status` */
  deleted(ref: ObjectRef, answer: KubeObject): void;
}

const writes: ReadonlySet<string | symbol> = new Set(['apply', 'create', 'patch', 'update']);

/** The same client, which tells of what is written with it. Dry runs are none. */
export function notingClient(client: KubeClient, listener: WriteListener): KubeClient {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      const method = member.bind(target) as (...args: unknown[]) => unknown;
      if (name === 'delete') return noting(method, listener.deleted.bind(listener) as Note);
      return writes.has(name) ? noting(method, (_, object) => listener.written(object)) : method;
    },
  });
}

type Note = (subject: unknown, answer: KubeObject) => void;

function noting(method: (...args: unknown[]) => unknown, note: Note): (...args: unknown[]) => unknown {
  return async (...args) => {
    const answer = (await method(...args)) as KubeObject;
    const { dryRun = false } = (args.at(-1) ?? {}) as { readonly dryRun?: boolean };
    if (!dryRun) note(args[0], answer);
    return answer;
  };
}
