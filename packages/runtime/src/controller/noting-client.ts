import { type KubeObject, type ObjectRef, refOf } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';

/** Hears of the writes of a client that went well. */
export interface WriteListener {
  written(object: KubeObject): void;
  /** @param answer of the server: the object, where something keeps it, or a `Status` */
  deleted(ref: ObjectRef, answer: KubeObject): void;
}

const writes: ReadonlySet<string | symbol> = new Set(['apply', 'create', 'patch', 'update']);

/** The same client, which tells of what is written with it, and with the clients that it makes. Dry runs are none. */
export function notingClient(client: KubeClient, listener: WriteListener): KubeClient {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      const method = member.bind(target) as Method;
      if (name === 'with' || name === 'impersonate')
        return (options: MadeOptions) => made(method, options, listener);
      if (name === 'delete') return noting(method, listener.deleted.bind(listener) as Note);
      if (name === 'deleteCollection') return noting(method, (_, list) => noteDeleted(list, listener));
      return writes.has(name) ? noting(method, (_, object) => listener.written(object)) : method;
    },
  });
}

type Method = (...args: unknown[]) => unknown;
type Note = (subject: unknown, answer: KubeObject) => void;
type MadeOptions = { readonly dryRun?: boolean };

function made(make: Method, options: MadeOptions, listener: WriteListener): KubeClient {
  const client = make(options) as KubeClient;
  return options.dryRun ? client : notingClient(client, listener);
}

function noting(method: Method, note: Note): Method {
  return async (...args) => {
    const answer = (await method(...args)) as KubeObject;
    const { dryRun = false } = (args.at(-1) ?? {}) as MadeOptions;
    if (!dryRun) note(args[0], answer);
    return answer;
  };
}

/** The server gives what it deleted as it was: what finalizers keep has a state that nobody has told yet. */
function noteDeleted(list: KubeObject, listener: WriteListener): void {
  for (const object of list['items'] as KubeObject[]) {
    const { deletionTimestamp, finalizers = [], uid } = object.metadata;
    const gone = { apiVersion: 'v1', kind: 'Status', metadata: {}, details: { uid } };
    if (deletionTimestamp) listener.deleted(refOf(object), object);
    else if (finalizers.length === 0) listener.deleted(refOf(object), gone);
  }
}
