/**
 * What goes wrong with what one side sends over a connection. Bytes are counted from its beginning; what ends a
 * connection does so in place of the first byte too many.
 */
export type TcpFault = TcpFaultOfKind & {
  /** Whose bytes are meant; the other side's come as they are. @default 'server' */
  readonly sender?: 'client' | 'server';
};

type TcpFaultOfKind =
  /** Every piece comes so much later. */
  | { readonly kind: 'latency'; readonly delayMs: number }
  /** What was sent at once comes in pieces of at most so many bytes, with a wait after each. */
  | { readonly kind: 'slicer'; readonly bytes: number; readonly delayMs?: number }
  /** So many bytes come, and then the connection is closed in good order. */
  | { readonly kind: 'limit-data'; readonly bytes: number }
  /** So many bytes come, and then the connection is reset. */
  | { readonly kind: 'reset'; readonly bytes: number }
  /** So many bytes come, and then none any more; the connection stays open until the client gives up. */
  | { readonly kind: 'stall'; readonly bytes: number };

/** The names of the kinds. */
export type TcpFaultKind = TcpFault['kind'];

/** All kinds of faults. Those of the first two lose nothing; after the others a client has to ask again. */
export const TCP_FAULT_KINDS: readonly TcpFaultKind[] = ['latency', 'slicer', 'limit-data', 'reset', 'stall'];

/** Asked for each connection, counted from 0, whether something is to go wrong with it. */
export type TcpFaultRule = (connection: number) => TcpFault | undefined;
