// Both controllers in a process of their own, that can be killed at any moment. It loads all that it needs, says so,
// and is then told what to do.
import fs from 'node:fs';
import { flushCompileCache } from 'node:module';
import process from 'node:process';
import { jsonLogger, manager } from '@gitops-toolkit/runtime';
import { type ClusterConfig, KubeClient } from '@gitops-toolkit/kube';
import { ArtifactStorage, startArtifactServer, TreeCache } from '@gitops-toolkit/source';
import { gitRepositoryController, kustomizationController } from '../../index.ts';
import { type MomentPlaces, observeMoments, type Step } from './moments.ts';

/** What the process is told. */
export interface LifeRequest {
  readonly config: ClusterConfig;
  readonly places: MomentPlaces;
  /** Where the artifacts are served: the same in each life. */
  readonly artifactPort: number;
  /** Gets a line for each moment. */
  readonly journal: string;
  /** The process kills itself at the nth moment of a step, counted from 1. */
  readonly death?: { readonly step: Step; readonly nth: number };
}

async function live(request: LifeRequest): Promise<void> {
  await observeMoments(request.places, keepJournal(request));
  const storage = new ArtifactStorage({
    root: request.places.storageFolder,
    host: `127.0.0.1:${request.artifactPort}`,
  });
  await startArtifactServer({ storage, port: request.artifactPort });
  const trees = new TreeCache();
  const retries = { minDelayMs: 20, maxDelayMs: 200 };
  const level = process.env['LINE_LOG'] as 'debug' | undefined;
  await manager({
    name: 'line',
    client: new KubeClient(request.config, { userAgent: 'line' }),
    controllers: [
      gitRepositoryController({ storage, trees, retries }),
      kustomizationController({ trees, retries, requeueDependencyMs: 100, healthPollMs: 50 }),
    ],
    ...(level ? { logger: jsonLogger({ level, encoding: 'console' }) } : {}),
  }).run(new AbortController().signal);
}

/** Written at once: what is not on the disk when the process is killed nobody will ever know. */
function keepJournal({ journal, death }: LifeRequest): (step: Step, what: string) => void {
  const file = fs.openSync(journal, 'a');
  let seen = 0;
  return (step, what) => {
    fs.writeSync(file, `${step} ${what}\n`);
    if (step === death?.step && ++seen === death.nth) process.kill(process.pid, 'SIGKILL');
  };
}

process.on('disconnect', () => process.exit());
// What is otherwise loaded with the first run.
await Promise.all([
  import('../../git-repository/steps.ts'),
  import('../../source/run-source.ts'),
  import('../../kustomization/run.ts'),
]);
// What goes wrong ends the process with its error.
process.once('message', (request: LifeRequest) => void live(request));
// Who is killed writes no cache at its exit.
flushCompileCache();
// Nobody may be there any more to hear it.
process.send?.('loaded', undefined, undefined, () => {});
