/** A series of kubectl commands, and the files that they use. */
export interface Scenario {
  /** Also the namespace that the commands work in. */
  readonly name: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** One command; or a watch, and the commands that give it something to print; or one that may come too early. */
export type Step = string | WatchStep | EventualStep;

/** A command that is repeated until it succeeds: about what a server makes known some time after it was told. */
export interface EventualStep {
  readonly eventually: string;
}

export interface WatchStep {
  readonly watch: string;
  /** Lines of output to wait for. */
  readonly lines: number;
  readonly during: readonly string[];
}

/** The lines of a text, without empty ones and comments. */
export function script(strings: TemplateStringsArray): string[] {
  return strings.raw
    .join('')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** Splits a command at spaces; quotes keep parts together, as in a shell. */
export function splitCommand(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}
