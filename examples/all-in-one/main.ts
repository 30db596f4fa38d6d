// The demo: a git repository, an API server and both controllers in one process, and a live tree of what they do.
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { describeError, sleep } from '@gitops-toolkit/core';
import type { DemoCluster } from './cluster/cluster.ts';
import { openEmbeddedCluster } from './cluster/embedded-cluster.ts';
import { openOwnCluster } from './cluster/own-cluster.ts';
import { startControllers } from './controllers.ts';
import { deploy, lookNow } from './deploy.ts';
import { type Followed, observe, titlesOf, whyNotReady } from './live-tree/observe.ts';
import { renderTree } from './live-tree/render.ts';
import { openScreen, type Screen } from './live-tree/screen.ts';
import { isSettled, type TreeNode } from './live-tree/tree-node.ts';
import { type DemoOptions, parseOptions, usage } from './options.ts';
import { openSource } from './source/open-source.ts';
import type { DemoSource } from './source/source.ts';

async function runDemo(options: DemoOptions, screen: Screen, signal: AbortSignal): Promise<void> {
  await using cluster = await openCluster(options, screen, signal);
  let followed: Followed | undefined;
  await using source = await openSource(options, () => {
    if (followed) void lookNow(cluster, followed).catch(() => {});
  });
  await using controllers = await startControllers(cluster.config, cluster.namespace);
  try {
    followed = await deploy(cluster, source, options);
    introduce(cluster, source, screen);
    await Promise.race([follow(cluster, source, followed, options, screen, signal), controllers.done]);
  } finally {
    await cluster.cleanUp();
  }
}

function openCluster(options: DemoOptions, screen: Screen, signal: AbortSignal): Promise<DemoCluster> {
  if (options.kubeconfig === undefined) return openEmbeddedCluster(signal);
  const confirm = async (question: string) => options.yes || ask(question);
  return openOwnCluster({
    kubeconfigFile: options.kubeconfig,
    confirm,
    signal,
    say: screen.say.bind(screen),
  });
}

async function ask(question: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  // Without anybody to answer, the input ends and the answer is no.
  const ended = new Promise<string>((resolve) => prompt.once('close', () => resolve('')));
  const answer = await Promise.race([prompt.question(`${question} [y/N] `), ended]);
  prompt.close();
  return /^y(es)?$/i.test(answer.trim());
}

function introduce(cluster: DemoCluster, source: DemoSource, screen: Screen): void {
  screen.say(`Source:  ${source.title}`);
  screen.say(`Cluster: ${cluster.title}`);
  if (source.change)
    screen.say(`Change it:    git clone ${source.url}, commit and push; it is looked at every 10 s`);
  screen.say(
    `Look around:  kubectl --kubeconfig ${cluster.kubeconfigFile} get all,gitrepositories,kustomizations -A\n`,
  );
}

/** Draws what happens until the user ends it, or, with `once`, until everything is ready. */
async function follow(
  cluster: DemoCluster,
  source: DemoSource,
  followed: Followed,
  options: DemoOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now();
  const took = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
  await drawUntilReady(cluster, followed, options, screen, signal);
  screen.say(`Ready after ${took(started)}.`);
  if (source.change) {
    const pushed = performance.now();
    const before = await observe(cluster.client, followed, signal);
    screen.say(`Pushed a commit: ${source.change()}`);
    await lookNow(cluster, followed);
    const after = await drawUntilReady(
      cluster,
      followed,
      options,
      screen,
      signal,
      (root) => root.detail !== before.detail,
    );
    const gone = titlesOf(before).filter((title) => !titlesOf(after).includes(title));
    const pruned = gone.length > 0 ? `; pruned ${gone.join(', ')}` : '';
    screen.say(`Updated after ${took(pushed)}${pruned}.`);
  }
  if (options.once) return;
  screen.say('Ctrl-C ends it.');
  for (;;) await draw(cluster, followed, screen, signal);
}

async function drawUntilReady(
  cluster: DemoCluster,
  followed: Followed,
  options: DemoOptions,
  screen: Screen,
  signal: AbortSignal,
  wanted: (root: TreeNode) => boolean = () => true,
): Promise<TreeNode> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    const root = await draw(cluster, followed, screen, signal);
    // The Kustomization is behind for a moment when the source has something new.
    if (isSettled(root) && root.detail === root.children[0]?.detail && wanted(root)) return root;
    if (options.once && performance.now() > deadline) {
      throw new Error(`not ready after ${options.timeoutMs / 1000} s:\n${whyNotReady(root)}`);
    }
  }
}

async function draw(
  cluster: DemoCluster,
  followed: Followed,
  screen: Screen,
  signal: AbortSignal,
): Promise<TreeNode> {
  const root = await observe(cluster.client, followed, signal);
  screen.draw(renderTree(root, { now: Date.now(), width: screen.width, color: screen.color }));
  await sleep(cluster.shared ? 1000 : 200, { signal });
  return root;
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') return void process.stdout.write(usage);
  const stop = new AbortController();
  const screen = openScreen(process.stdout);
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  try {
    await runDemo(options, screen, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    screen.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
});
