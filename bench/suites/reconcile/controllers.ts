// Both controllers in a process of its own, so that what they need can be measured apart from the servers. It is
// told a ControllersRequest by IPC, and answers every later message with its Usage since the answer before.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type * as Controllers from '../../../packages/controllers/src/index.ts';
import type * as Kube from '../../../packages/kube/src/index.ts';
import type * as Runtime from '../../../packages/runtime/src/index.ts';
import type * as Source from '../../../packages/source/src/index.ts';

/** What the process is told first. */
export interface ControllersRequest {
  readonly config: Kube.ClusterConfig;
  readonly namespace: string;
  /** Where to import our packages from. */
  readonly urls: Readonly<Record<'controllers' | 'kube' | 'runtime' | 'source', string>>;
}

/** What the controllers needed in a phase. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly peakMib: number;
  /** To the API server, by what they are for: each attempt, and each watch as one. */
  readonly requests: Readonly<Record<string, number>>;
}

async function start({ config, namespace, urls }: ControllersRequest): Promise<() => Usage> {
  const { KubeClient } = (await import(urls.kube)) as typeof Kube;
  const { manager } = (await import(urls.runtime)) as typeof Runtime;
  const { gitRepositoryController, kustomizationController } = (await import(
    urls.controllers
  )) as typeof Controllers;
  const { ArtifactStorage, startArtifactServer, TreeCache } = (await import(urls.source)) as typeof Source;

  const folder = mkdtempSync(path.join(os.tmpdir(), 'gitops-toolkit-bench-artifacts-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  let requests: Record<string, number> = {};
  const client = new KubeClient(config, {
    onResponse: (response) => {
      const name = requestName(response);
      requests[name] = (requests[name] ?? 0) + 1;
    },
  });
  const storage = new ArtifactStorage({ root: folder, host: () => new URL(server.url).host });
  const server: Source.ArtifactServer = await startArtifactServer({ storage });
  const trees = new TreeCache();
  const controllers = [gitRepositoryController({ storage, trees }), kustomizationController({ trees })];
  manager({ name: 'bench', client, controllers, namespaces: [namespace] })
    .run(new AbortController().signal)
    .catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });

  let cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    const usage = { cpuSeconds: (user + system) / 1e6, peakMib: takePeakMib(), requests };
    cpu = process.cpuUsage();
    requests = {};
    return usage;
  };
}

/** What a request is for: `apply deployments`, `patch kustomizations/status`, `409 of apply services`. */
function requestName({ method, path: target, status }: Kube.ResponseInfo): string {
  const { pathname, searchParams } = new URL(target, 'http://localhost');
  // /api/v1 or /apis/group/version, then perhaps a namespace, then resource, name, subresource.
  const parts = pathname.split('/').slice(pathname.startsWith('/apis/') ? 4 : 3);
  const [resource = 'discovery', name, subresource] =
    parts[0] === 'namespaces' && parts.length > 2 ? parts.slice(2) : parts;
  const noun = subresource === undefined ? resource : `${resource}/${subresource}`;
  const done = status >= 200 && status < 300 ? '' : `${status} of `;
  return `${done}${verbOf(method, name, searchParams)} ${noun}`;
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): string {
  if (query.has('watch')) return 'watch';
  if (query.has('dryRun')) return 'dry run of';
  if (query.has('force')) return 'apply';
  if (method === 'GET') return name === undefined ? 'list' : 'get';
  return method === 'POST' ? 'create' : method.toLowerCase();
}

/** The largest resident set since the last call where the system can count anew (Linux), else of all time. */
function takePeakMib(): number {
  try {
    const kib = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    writeFileSync('/proc/self/clear_refs', '5');
    return Number(kib) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

process.on('disconnect', () => process.exit());
process.once('message', (request: ControllersRequest) => {
  void start(request).then((takeUsage) => {
    process.on('message', () => process.send?.(takeUsage()));
    process.send?.('started');
  });
});
