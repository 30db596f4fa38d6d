import type { OutgoingHttpHeaders } from 'node:http';

/** Where a stream's events go. */
export interface StreamSink {
  /** Sends text; `false` when the client reads too slowly and has been cut off. */
  write(text: string): boolean;
  /** The same for what the client asked to begin with, which may be any amount: it does not count as waiting. */
  writeInitial(text: string): void;
  /** Ends the answer in order. */
  end(): void;
}

/** A whole answer. */
export interface TextAnswer {
  readonly code: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** An answer that goes on until either side ends it. */
export interface StreamAnswer {
  readonly contentType: string;
  /** Called once the headers are out; the returned function is called when the client is gone. */
  readonly start: (sink: StreamSink) => () => void;
}

export type Answer = TextAnswer | StreamAnswer;

/** A value as a JSON answer. */
export function jsonAnswer(value: unknown, code = 200): TextAnswer {
  return { code, contentType: 'application/json', body: JSON.stringify(value) };
}

export function textAnswer(body: string, code = 200): TextAnswer {
  return { code, contentType: 'text/plain; charset=utf-8', body };
}

/** What Go's multiplexer says about a path that nobody handles. */
export function pageNotFound(): TextAnswer {
  return textAnswer('404 page not found\n', 404);
}
