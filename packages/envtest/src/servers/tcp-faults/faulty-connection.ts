import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { TcpFault } from './tcp-fault.ts';

/** Both ends of a connection through the proxy. Each may be closed in one direction alone. */
export interface Ends {
  readonly client: Socket;
  readonly server: Socket;
}

/** Passes on what both sides send, but for what a fault does to one of them, until the connection is over. */
export async function carry(ends: Ends, fault: TcpFault | undefined): Promise<void> {
  const { client, server } = ends;
  closeTogether(client, server);
  closeTogether(server, client);
  // A side that is gone in the middle has told the other already.
  const ofClient = fault?.sender === 'client' ? fault : undefined;
  const ofServer = fault?.sender === 'client' ? undefined : fault;
  await Promise.allSettled([
    pass(client, server, ofClient && { ...ends, fault: ofClient }),
    pass(server, client, ofServer && { ...ends, fault: ofServer }),
  ]);
}

function closeTogether(side: Socket, other: Socket): void {
  side.setNoDelay();
  side.on('error', () => {});
  side.once('close', (isBroken) => (isBroken ? other.resetAndDestroy() : other.destroySoon()));
}

async function pass(from: Socket, to: Socket, spoiled?: Ends & { readonly fault: TcpFault }): Promise<void> {
  const fault = spoiled?.fault;
  let room = allowance(fault);
  for await (const piece of pieces(from)) {
    for (const slice of slices(piece.subarray(0, room), fault)) await delayed(to, slice, fault);
    room -= piece.length;
    // The first byte too many: what was asked for has been done, and the answer does not come.
    if (room < 0) break;
  }
  if (spoiled && room < 0) end(from, spoiled);
  else to.end();
}

/** How many bytes come before the fault ends them. */
function allowance(fault: TcpFault | undefined): number {
  return fault === undefined || fault.kind === 'latency' || fault.kind === 'slicer' ? Infinity : fault.bytes;
}

function* slices(piece: Buffer, fault: TcpFault | undefined): Generator<Buffer> {
  const size = fault?.kind === 'slicer' ? fault.bytes : piece.length;
  for (let at = 0; at < piece.length; at += size) yield piece.subarray(at, at + size);
}

async function delayed(to: Socket, piece: Buffer, fault: TcpFault | undefined): Promise<void> {
  if (fault?.kind === 'latency') await wait(fault.delayMs);
  await send(to, piece);
  if (fault?.kind === 'slicer' && fault.delayMs !== undefined) await wait(fault.delayMs);
}

function end(sender: Socket, { client, server, fault }: Ends & { readonly fault: TcpFault }): void {
  if (fault.kind === 'limit-data') {
    client.destroySoon();
    server.destroySoon();
  } else if (fault.kind === 'reset') {
    client.resetAndDestroy();
    server.resetAndDestroy();
  } else {
    // Read on, and given to nobody: only so is it noticed that the client has given up.
    sender.resume();
    const leave = () => client.destroy();
    if (client.readableEnded) leave();
    else client.once('end', leave);
  }
}

function pieces(socket: Socket): AsyncIterable<Buffer> {
  return socket.iterator({ destroyOnReturn: false });
}

/** Waits until the bytes are with the system, or the connection is over. */
function send(to: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (to.destroyed) resolve();
    else to.write(bytes, () => resolve());
  });
}
