import { type Clock, errorMessage, type LogFields, type Logger, systemClock } from '@gitops-toolkit/core';

/** From the most to the least talkative. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'error';

/** What is logged, how, and where to. */
export interface LoggerOptions {
  /** @default 'info' */
  readonly level?: LogLevel;
  /** One JSON object a line, or text for a person. @default 'json' */
  readonly encoding?: 'json' | 'console';
  /** Takes a line without its end. @default standard error */
  readonly write?: (line: string) => void;
  readonly clock?: Clock;
}

const severities: Readonly<Record<LogLevel, number>> = { trace: 0, debug: 1, info: 2, error: 3 };

/**
 * Logs as Flux's controllers do: `level`, `ts` in milliseconds, `msg`, then the fields. Stacks of
 * errors are given from level `debug` on.
 *
 * @example
 * ```ts
 * import { jsonLogger } from '@gitops-toolkit/runtime';
 * const log = jsonLogger({ level: 'debug' }).with({ controller: 'kustomization' });
 * log.info('applied', { revision: 'main@sha1:0f3c' });
 * ```
 */
export function jsonLogger(options: LoggerOptions = {}): Logger {
  return new LineLogger(options, {});
}

class LineLogger implements Logger {
  readonly #options: LoggerOptions;
  readonly #fields: LogFields;
  readonly #threshold: number;

  constructor(options: LoggerOptions, fields: LogFields) {
    this.#options = options;
    this.#fields = fields;
    this.#threshold = severities[options.level ?? 'info'];
  }

  trace(message: string, fields?: LogFields): void {
    this.#log('trace', message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.#log('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#log('info', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#log('error', message, fields);
  }

  with(fields: LogFields): Logger {
    return new LineLogger(this.#options, { ...this.#fields, ...fields });
  }

  #log(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (severities[level] < this.#threshold) return;
    const { encoding, write = writeToStandardError, clock = systemClock } = this.#options;
    const ts = new Date(clock.now()).toISOString();
    const all = printable({ ...this.#fields, ...fields }, this.#threshold <= severities.debug);
    write(encoding === 'console' ? consoleLine(ts, level, message, all) : jsonLine(ts, level, message, all));
  }
}

function jsonLine(ts: string, level: LogLevel, message: string, fields: Record<string, unknown>): string {
  // What a caller names like one of ours must not hide it.
  const { level: _level, ts: _ts, msg: _msg, ...rest } = fields;
  return stringify({ level, ts, msg: message, ...rest });
}

function consoleLine(ts: string, level: LogLevel, message: string, fields: Record<string, unknown>): string {
  const { stacktrace, ...rest } = fields;
  const text = Object.keys(rest).length > 0 ? `\t${stringify(rest)}` : '';
  const stack = typeof stacktrace === 'string' ? `\n${stacktrace}` : '';
  // A line break in a message would let a tenant write log lines of their own.
  return `${ts}\t${level.toUpperCase()}\t${message.replaceAll('\n', '\\n')}${text}${stack}`;
}

function printable(fields: LogFields, withStacks: boolean): Record<string, unknown> {
  const { error, ...rest } = fields;
  if (error === undefined) return rest;
  const stack = withStacks && error instanceof Error ? stackOf(error) : undefined;
  return { ...rest, error: errorMessage(error), ...(stack !== undefined && { stacktrace: stack }) };
}

function stackOf(error: Error): string {
  const lines: string[] = [];
  for (
    let each: unknown = error, depth = 0;
    each instanceof Error && depth < 10;
    each = each.cause, depth++
  ) {
    lines.push(`${depth > 0 ? 'caused by ' : ''}${each.stack ?? each.message}`);
  }
  return lines.join('\n');
}

/** Logging must not fail, whatever it is given. */
function stringify(value: Record<string, unknown>): string {
  try {
    return JSON.stringify(value, replaceUnprintable);
  } catch {
    return JSON.stringify({
      level: value['level'],
      ts: value['ts'],
      msg: value['msg'],
      fields: 'not printable',
    });
  }
}

function replaceUnprintable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Error ? value.message : value;
}

function writeToStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}
