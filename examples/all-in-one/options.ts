import { parseArgs } from 'node:util';

/** What the demo is asked to do. */
export interface DemoOptions {
  /** End when everything is ready. */
  readonly once: boolean;
  /** A repository of the user's own, or a folder. */
  readonly url?: string;
  readonly path: string;
  /** @default main for what the demo serves itself, the repository's own default otherwise */
  readonly branch?: string;
  readonly kubeconfig?: string;
  readonly yes: boolean;
  /** How long `once` waits. */
  readonly timeoutMs: number;
}

/** Printed for `--help`. */
export const usage: string = `npm run demo -- [options]

  --once               end when everything is ready; fail with the reason where it is not in time
  --url URL|FOLDER     a repository of your own, or a folder     (default: a sample that the demo makes)
  --path PATH          the folder with the kustomization          (default: ./, or the sample's overlay)
  --branch NAME        the branch to follow                       (default: the repository's own)
  --kubeconfig FILE    a cluster of your own                      (default: the embedded API server)
  --yes                do not ask before working in that cluster
  --timeout SECONDS    how long --once waits                      (default: 120)
`;

/** @throws TypeError for an option that is not known. */
export function parseOptions(argv: readonly string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      once: { type: 'boolean', default: false },
      url: { type: 'string' },
      path: { type: 'string' },
      branch: { type: 'string' },
      kubeconfig: { type: 'string' },
      yes: { type: 'boolean', default: false },
      timeout: { type: 'string', default: '120' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const seconds = Number(values.timeout);
  if (!(seconds > 0)) throw new TypeError(`--timeout takes a number of seconds, not ${values.timeout}`);
  return {
    once: values.once,
    ...(values.url === undefined ? {} : { url: values.url }),
    path: values.path ?? (values.url === undefined ? './deploy/overlays/production' : './'),
    ...(values.branch === undefined ? {} : { branch: values.branch }),
    ...(values.kubeconfig === undefined ? {} : { kubeconfig: values.kubeconfig }),
    yes: values.yes,
    timeoutMs: seconds * 1000,
  };
}
