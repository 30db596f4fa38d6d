import type { Replica } from './replica.ts';
import { bindReplicas, unbindReplicas, type World } from './world.ts';

type Trouble = 'compact' | 'drop-watches' | 'freeze' | 'kill' | 'no-rights' | 'restart';

const TROUBLES: readonly Trouble[] = [
  'compact',
  'drop-watches',
  'freeze',
  'freeze',
  'kill',
  'no-rights',
  'restart',
];

/** What happens to the server and to the processes, apart from single requests. All of it is over at the end. */
export function scheduleChaos(
  world: World,
  options: { readonly untilMs: number; readonly troubles: number; readonly alive: () => readonly Replica[] },
): void {
  const random = world.random.fork();
  const { clock } = world;
  for (let i = 0; i < options.troubles; i++) {
    const atMs = random.between(0, options.untilMs);
    const endMs = Math.min(options.untilMs, atMs + random.between(500, 40_000));
    const [trouble, which] = [random.pick(TROUBLES), random.next()];
    clock.setTimeout(() => {
      const alive = options.alive();
      const replica = alive[Math.floor(which * alive.length)];
      world.journal.add(`chaos: ${trouble} ${replica?.name ?? ''}`);
      const end = troubles[trouble](world, replica);
      clock.setTimeout(() => end?.(), endMs - atMs);
    }, atMs);
  }
}

/** Each gives what ends it, where it does not end by itself. */
const troubles: {
  readonly [T in Trouble]: (world: World, replica: Replica | undefined) => (() => void) | undefined;
} = {
  compact({ server }) {
    server.compact();
    return undefined;
  },
  'drop-watches'({ server }) {
    server.dropWatches();
    return undefined;
  },
  freeze(_world, replica) {
    replica?.clock.sleep();
    return () => replica?.clock.wake();
  },
  kill(_world, replica) {
    replica?.kill();
    return undefined;
  },
  'no-rights'({ admin }) {
    // Two at a time end with the first of them.
    void unbindReplicas(admin).catch(() => {});
    return () => void bindReplicas(admin);
  },
  restart(_world, replica) {
    replica?.stop();
    return undefined;
  },
};
