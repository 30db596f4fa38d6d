import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { carry } from './faulty-connection.ts';
import type { TcpFault, TcpFaultRule } from './tcp-fault.ts';

/** Where a proxy leads; every server of this module is one. */
export interface TcpTarget {
  /** @default '127.0.0.1' */
  readonly host?: string;
  readonly port: number;
}

/** A running proxy. Disposing of it cuts its connections and leaves the server alone. */
export interface TcpFaultProxy extends AsyncDisposable {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Connections so far. */
  readonly total: number;
  /** Connections that are not over. */
  readonly open: number;
  /** The faults that connections have met so far. */
  readonly faults: readonly TcpFault[];
}

/**
 * Starts a proxy on loopback that passes connections on to a server, whatever is spoken over them, and does to
 * what one side sends what the rule says for each connection.
 *
 * @example
 * ```ts
 * import { seededTcpFaults, serveHttp, startTcpFaultProxy } from '@gitops-toolkit/envtest/servers';
 *
 * await using server = await serveHttp((request, response) => response.end('hello'));
 * await using proxy = await startTcpFaultProxy(server, seededTcpFaults({ seed: 7, kinds: ['latency', 'slicer'] }));
 * console.log(await (await fetch(`http://127.0.0.1:${proxy.port}`)).text()); // hello
 * ```
 */
export async function startTcpFaultProxy(target: TcpTarget, rule: TcpFaultRule): Promise<TcpFaultProxy> {
  const open = new Set<Socket>();
  const faults: TcpFault[] = [];
  let total = 0;
  const serve = (client: Socket): void => {
    const fault = rule(total++);
    if (fault) faults.push(fault);
    const server = connect({ host: target.host ?? '127.0.0.1', port: target.port, allowHalfOpen: true });
    open.add(client);
    client.once('close', () => open.delete(client));
    void carry({ client, server }, fault);
  };
  const listener = createServer({ allowHalfOpen: true }, serve);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    faults,
    get total() {
      return total;
    },
    get open() {
      return open.size;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => listener.close(resolve));
      for (const client of open) client.destroy();
      await closed;
    },
  };
}
