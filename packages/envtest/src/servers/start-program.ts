import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { freePorts } from '../binaries/free-ports.ts';
import { ProgramGroup } from '../binaries/program-group.ts';

/** A server program that runs until it is disposed of. */
export interface RunningProgram extends AsyncDisposable {
  readonly port: number;
  /** Its files; removed with it. */
  readonly folder: string;
}

/** How a server program is started. */
export interface StartProgramOptions {
  readonly name: string;
  readonly path: string;
  /** The command line, and files written before it. */
  args(server: {
    readonly port: number;
    readonly folder: string;
  }): readonly string[] | Promise<readonly string[]>;
  /** Whether it serves. @default its port takes connections */
  readonly isReady?: (port: number) => Promise<boolean>;
}

const START_MS = 30_000;

/**
 * Starts a server program on a free port of loopback, with a folder of its own, and waits until it serves. It
 * ends with this process, however that ends.
 *
 * @throws EnvtestError `ENVTEST_BINARY_FAILED` when it ends while starting; an error after 30 s.
 */
export async function startProgram(options: StartProgramOptions): Promise<RunningProgram> {
  const [port = 0] = await freePorts(1);
  const group = await ProgramGroup.create();
  try {
    group.start(options.name, options.path, await options.args({ port, folder: group.folder }));
    const isReady = options.isReady ?? takesConnections;
    for (const end = Date.now() + START_MS; !(await isReady(port)); await wait(20)) {
      group.assertRunning();
      if (Date.now() > end) throw new Error(`${options.name} does not serve after ${START_MS / 1000} s`);
    }
  } catch (error) {
    await group.stop();
    throw error;
  }
  return { port, folder: group.folder, [Symbol.asyncDispose]: () => group.stop() };
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
