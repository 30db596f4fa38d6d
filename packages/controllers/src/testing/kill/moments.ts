import { channel } from 'node:diagnostics_channel';
import fs from 'node:fs';
import type { ClientRequest } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

/** What controllers are doing when they touch the world outside. */
export const STEPS = [
  'watch',
  'read',
  'finalizer',
  'fetch',
  'store',
  'collect',
  'download',
  'plan',
  'apply',
  'prune',
  'status',
  'event',
] as const;

/** One of {@link STEPS}. */
export type Step = (typeof STEPS)[number];

/** How the places that controllers touch are told apart. */
export interface MomentPlaces {
  /** Scheme, host and port of the API server. */
  readonly apiServer: string;
  readonly gitServer: string;
  readonly storageFolder: string;
}

/** Hears of a moment before what it names is done, or, with an `answered` request, before anybody looks at the answer. */
export type MomentListener = (step: Step, what: string) => void;

/**
 * Lets somebody hear of each request to the servers (before it is made, when it is out, when its answer is there)
 * and of each change of the storage folder (before it is made), for the whole process from now on.
 */
export async function observeMoments(places: MomentPlaces, onMoment: MomentListener): Promise<void> {
  observeRequests(places, onMoment);
  await observeFolder(places.storageFolder, onMoment);
}

interface HttpRequest {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
}

function observeRequests(places: MomentPlaces, onMoment: MomentListener): void {
  const observe = (name: string, phase: string, requestOf: (message: never) => HttpRequest) =>
    channel(name).subscribe((message) => {
      const request = requestOf(message as never);
      onMoment(stepOf(request, places), `${phase} ${request.method} ${request.path}`);
    });
  // The API server is talked to by undici, the other two by the client of Node.
  const ofUndici = ({ request }: { request: HttpRequest }) => request;
  observe('undici:request:create', 'about to', ofUndici);
  observe('undici:request:bodySent', 'sent', ofUndici);
  observe('undici:request:headers', 'answered', ofUndici);
  observe('http.client.request.created', 'about to', ofNode);
  observe('http.client.request.start', 'sent', ofNode);
  observe('http.client.response.finish', 'answered', ofNode);
}

function ofNode({ request }: { request: ClientRequest }): HttpRequest {
  const { protocol, method, path: target } = request;
  return { origin: `${protocol}//${String(request.getHeader('host'))}`, method, path: target };
}

function stepOf({ origin, method, path: target }: HttpRequest, places: MomentPlaces): Step {
  const server = new URL(String(origin)).origin;
  if (server === places.gitServer) return 'fetch';
  if (server !== places.apiServer) return 'download';
  if (method === 'GET') return target.includes('watch=') ? 'watch' : 'read';
  if (method === 'DELETE') return 'prune';
  if (target.includes('dryRun=')) return 'plan';
  if (/\/events(\/|\?|$)/.test(target)) return 'event';
  if (/\/status(\?|$)/.test(target)) return 'status';
  return target.includes('.toolkit.fluxcd.io/') ? 'finalizer' : 'apply';
}

/** Functions of `node:fs/promises` that take a path first, and what they are part of. */
const CHANGES = { open: 'store', rename: 'store', rm: 'collect' } as const;

/** The functions of the built-in module are replaced: there is no event that tells of them. */
async function observeFolder(folder: string, onMoment: MomentListener): Promise<void> {
  const isInside = (target: unknown) => String(target).startsWith(folder + path.sep);
  const functions = fs.promises as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const files = new WeakSet<object>();
  await observeFiles((file, name) => {
    if (files.has(file)) onMoment('store', name);
  });
  for (const [name, step] of Object.entries(CHANGES)) {
    const real = functions[name]?.bind(fs.promises);
    if (!real) continue;
    functions[name] = async (...args) => {
      const isSeen = isInside(args[0]) && (name !== 'open' || isForWriting(args[1]));
      if (isSeen) onMoment(step, `${name} ${path.basename(String(args[0]))}`);
      const result = await real(...args);
      if (isSeen && name === 'open') files.add(result as object);
      return result;
    };
  }
  syncBuiltinESMExports();
}

function isForWriting(flags: unknown): boolean {
  return typeof flags === 'number'
    ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0
    : flags !== 'r';
}

/** All open files share a prototype, which only an open file gives away. */
async function observeFiles(onCall: (file: object, name: string) => void): Promise<void> {
  const file = await fs.promises.open(import.meta.filename);
  const prototype = Object.getPrototypeOf(file) as Record<string, (...args: unknown[]) => unknown>;
  await file.close();
  for (const name of ['write', 'writeFile', 'sync']) {
    const real = prototype[name];
    if (!real) continue;
    prototype[name] = function observed(this: object, ...args: unknown[]) {
      onCall(this, name);
      return real.apply(this, args);
    };
  }
}
