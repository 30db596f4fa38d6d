// A `helm template` command of the Helm corpus, done by the package.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FileTree } from '../packages/core/src/index.ts';
import { DiskTree } from '../packages/core/src/node/index.ts';
import {
  type Chart,
  type Dialect,
  releaseNameOf,
  render,
  type RenderCache,
  userValues,
} from '../packages/helm/src/index.ts';

const SWITCHES = new Set(
  '--include-crds --no-hooks --is-upgrade --skip-schema-validation --skip-crds --skip-tests --generate-name'.split(
    ' ',
  ),
);

/** The flags of a command whose paths are those of the corpus: below the chart's folder, or below the case's. */
export class HelmCommand {
  readonly #case: string;
  readonly #root: string;
  readonly #names: readonly string[];
  readonly #flags: ReadonlyMap<string, readonly string[]>;

  constructor(caseFolder: string, command: readonly string[]) {
    this.#case = caseFolder;
    this.#root = path.dirname(path.dirname(caseFolder));
    const { names, flags } = parseFlags(command.slice(2));
    const template = flags.get('--name-template')?.at(-1);
    this.#names = template === undefined ? names : [releaseNameOf(template), ...names];
    this.#flags = flags;
  }

  /** The folder of the chart, or the bytes of its package. @throws Error where there is none. */
  chart(): FileTree | Uint8Array {
    const file = path.join(this.#root, this.#names[1] ?? '');
    if (!existsSync(file)) throw new Error(`no such chart: ${file}`);
    return file.endsWith('.tgz') ? new Uint8Array(readFileSync(file)) : new DiskTree(file);
  }

  /** Where a path in the command leads. */
  resolve(file: string): string {
    return path.join(/^chart(\/|\.tgz$|$)/.test(file) ? this.#root : this.#case, file);
  }

  /** What the command prints. @param set more `--set` flags, behind those of the command */
  render(
    chart: Chart,
    dialect: Dialect,
    { set = [], cache }: { set?: readonly string[]; cache?: RenderCache } = {},
  ): string {
    const kubeVersion = this.#all('--kube-version').at(-1);
    const result = render(chart, {
      dialect,
      values: this.#values(dialect, set),
      release: {
        name: this.#names[0] ?? '',
        namespace: this.#all('--namespace').at(-1) ?? 'default',
        isUpgrade: this.#has('--is-upgrade'),
      },
      capabilities: {
        ...(kubeVersion !== undefined && { kubeVersion }),
        apiVersions: this.#all('--api-versions'),
      },
      skipSchemaValidation: this.#has('--skip-schema-validation'),
      ...(cache && { cache }),
    });
    return result.toYaml({
      crds: this.#has('--include-crds'),
      hooks: !this.#has('--no-hooks'),
      tests: !this.#has('--skip-tests'),
      showOnly: this.#all('--show-only'),
    });
  }

  #values(dialect: Dialect, set: readonly string[]): ReturnType<typeof userValues> {
    const readText = (file: string): string => readFileSync(this.resolve(file), 'utf8');
    return userValues(
      {
        files: [...this.#all('-f'), ...this.#all('--values')].map((name) => ({ name, text: readText(name) })),
        setJson: this.#all('--set-json'),
        set: [...this.#all('--set'), ...set],
        setString: this.#all('--set-string'),
        setFile: this.#all('--set-file'),
        setLiteral: this.#all('--set-literal'),
        readFile: readText,
      },
      dialect,
    );
  }

  #all(flag: string): string[] {
    return [...(this.#flags.get(flag) ?? [])];
  }

  #has(flag: string): boolean {
    return this.#flags.has(flag);
  }
}

function parseFlags(args: readonly string[]): { names: string[]; flags: Map<string, string[]> } {
  const names: string[] = [];
  const flags = new Map<string, string[]>();
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] ?? '';
    const [flag = '', inline] = argument.split(/=(.*)/s);
    if (!flag.startsWith('-')) names.push(argument);
    else
      flags.set(flag, [
        ...(flags.get(flag) ?? []),
        SWITCHES.has(flag) ? 'true' : (inline ?? args[++i] ?? ''),
      ]);
  }
  return { names, flags };
}
