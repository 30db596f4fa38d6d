import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { TcpFault } from './tcp-fault.ts';

/** Both ends of a connection through the proxy. Each may be closed in one direction alone. */
export interface Ends {
  readonly client: Socket;
  readonly server: Socket;
}

/** Passes on what both sides send, but for what a fault does to the server's, until the connection is over. */
export async function carry(ends: Ends, fault: TcpFault | undefined): Promise<void> {
  const { client, server } = ends;
  closeTogether(client, server);
  closeTogether(server, client);
  // A side that is gone in the middle has told the other already.
  await Promise.allSettled([passOn(client, server), spoil(ends, fault)]);
}

function closeTogether(side: Socket, other: Socket): void {
  side.setNoDelay();
  side.on('error', () => {});
  side.once('close', (isBroken) => (isBroken ? other.resetAndDestroy() : other.destroySoon()));
}

async function passOn(from: Socket, to: Socket): Promise<void> {
  for await (const piece of pieces(from)) await send(to, piece);
  to.end();
}

async function spoil(ends: Ends, fault: TcpFault | undefined): Promise<void> {
  const { client, server } = ends;
  let room = allowance(fault);
  for await (const piece of pieces(server)) {
    for (const slice of slices(piece.subarray(0, room), fault)) await delayed(client, slice, fault);
    // The first byte too many: what was asked for has been done, and the answer does not come.
    if (piece.length > room) return end(ends, fault);
    room -= piece.length;
  }
  client.end();
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

function end({ client, server }: Ends, fault: TcpFault | undefined): void {
  if (fault?.kind === 'limit-data') {
    client.destroySoon();
  } else if (fault?.kind === 'reset') {
    client.resetAndDestroy();
  } else {
    // Until the client gives up: nobody would notice otherwise that it has.
    const leave = () => client.destroy();
    if (client.readableEnded) leave();
    else client.once('end', leave);
    return;
  }
  server.destroy();
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
