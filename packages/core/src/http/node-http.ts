import process from 'node:process';

/**
 * `node:http`, without what it offers beside: an `import` looks at all that a module exports, for which this one loads
 * Node's client for `fetch` and WebSockets. That takes ten times as long as the rest, and some megabytes.
 */
export function nodeHttp(): typeof import('node:http') {
  return process.getBuiltinModule('node:http');
}
