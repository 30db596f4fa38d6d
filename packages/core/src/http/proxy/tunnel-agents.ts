import type { Agent as HttpAgent, AgentOptions, ClientRequestArgs } from 'node:http';
import type { Agent as HttpsAgent, AgentOptions as HttpsAgentOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import { nodeHttp } from '../node-http.ts';
import { dialSignalOf } from './dial-signal.ts';

/** Makes the connection under a request. */
export type Dial = (
  target: { readonly host: string; readonly port: number },
  signal: AbortSignal | undefined,
) => Promise<Socket>;

type OnConnected = ((error: Error | null, stream: Duplex) => void) | undefined;

/** An agent whose connections are made by somebody else. */
export function plainTunnelAgent(options: AgentOptions, dial: Dial): HttpAgent {
  const { Agent } = nodeHttp();
  class TunnelAgent extends Agent {
    override createConnection(target: ClientRequestArgs, callback: OnConnected): undefined {
      connectBy(dial(addressOf(target), dialSignalOf(target)), callback);
    }
  }
  return new TunnelAgent(options);
}

/** The same with TLS over them, which is spoken with the host and not with what is between. */
export async function secureTunnelAgent(
  options: HttpsAgentOptions & ConnectionOptions,
  dial: Dial,
): Promise<HttpsAgent> {
  const [{ Agent }, { connect }] = await Promise.all([import('node:https'), import('node:tls')]);
  class TunnelAgent extends Agent {
    override createConnection(target: ClientRequestArgs, callback: OnConnected): undefined {
      const address = addressOf(target);
      const secure = async () => {
        const socket = await dial(address, dialSignalOf(target));
        return connect({
          ...(options as ConnectionOptions),
          servername: options.servername ?? address.host,
          socket,
        });
      };
      connectBy(secure(), callback);
    }
  }
  return new TunnelAgent(options);
}

function connectBy(connecting: Promise<Socket>, callback: OnConnected): void {
  const connected = (socket: Socket): void => callback?.(null, socket);
  // Node takes no stream along with an error, whatever its types say.
  const failed = (error: Error): void => callback?.(error, undefined as never);
  void connecting.then(connected, failed);
}

function addressOf({ host, port }: ClientRequestArgs): { host: string; port: number } {
  return { host: host ?? 'localhost', port: Number(port ?? 80) };
}
