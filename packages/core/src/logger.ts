/** Fields of a log line. Values are JSON; errors are allowed under `error`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What packages log to. `runtime` brings the JSON one; a library user may bring their own. */
export interface Logger {
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds the fields to each of its lines. */
  with(fields: LogFields): Logger;
}

/** A logger that says nothing: the default everywhere. */
export const silentLogger: Logger = {
  trace() {},
  debug() {},
  info() {},
  error() {},
  with: () => silentLogger,
};
