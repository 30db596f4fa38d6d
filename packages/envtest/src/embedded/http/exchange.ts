import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** What is asked of a request, whether it came through a socket or from this process. */
export interface Incoming extends AsyncIterable<Buffer> {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly socket: { destroy(): unknown };
}

/** What is asked of the way back to the client. */
export interface Outgoing {
  statusCode: number;
  readonly destroyed: boolean;
  /** Bytes that the client has not taken yet. */
  readonly writableLength: number;
  /** Its `destroySoon` ends the connection when what was written is out. */
  readonly socket: { destroySoon(): void } | null;
  setHeader(name: string, value: number | string | readonly string[]): unknown;
  writeHead(code: number, headers: OutgoingHttpHeaders): unknown;
  flushHeaders(): void;
  write(chunk: string | Buffer): unknown;
  end(chunk?: string | Buffer): unknown;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}
