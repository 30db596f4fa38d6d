/** Where the demo shows what happens. */
export interface Screen {
  /** Shows the tree as it is now. */
  draw(lines: readonly string[]): void;
  /** Adds a line that stays. */
  say(line: string): void;
  readonly width: number;
  readonly color: boolean;
  close(): void;
}

/** What a screen writes to: `process.stdout` will do. */
export interface ScreenOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A screen for a terminal, which repaints the tree in place, or for a file, which gets each changed line once. */
export function openScreen(output: ScreenOutput): Screen {
  return output.isTTY ? new TerminalScreen(output) : new LogScreen(output);
}

class TerminalScreen implements Screen {
  readonly color = true;
  readonly #output: ScreenOutput;
  #drawn: readonly string[] = [];

  constructor(output: ScreenOutput) {
    this.#output = output;
    output.write('\x1b[?25l');
  }

  get width(): number {
    return this.#output.columns ?? 100;
  }

  draw(lines: readonly string[]): void {
    this.#output.write(this.#erase() + lines.map((line) => `${line}\n`).join(''));
    this.#drawn = lines;
  }

  say(line: string): void {
    this.#output.write(`${this.#erase()}${line}\n${this.#drawn.map((drawn) => `${drawn}\n`).join('')}`);
  }

  close(): void {
    this.#output.write('\x1b[?25h');
  }

  #erase(): string {
    return this.#drawn.length === 0 ? '' : `\x1b[${this.#drawn.length}A\x1b[0J`;
  }
}

class LogScreen implements Screen {
  readonly color = false;
  readonly width = 160;
  readonly #output: ScreenOutput;
  readonly #seen = new Set<string>();

  constructor(output: ScreenOutput) {
    this.#output = output;
  }

  /** Ages change all the time: a line is news only when something else in it did. */
  draw(lines: readonly string[]): void {
    for (const line of lines) {
      const news = line.replace(/\s\d+[smhd](?=\s|$)/, '').replace(/[│├└─ ]+/, '');
      if (this.#seen.has(news)) continue;
      this.#seen.add(news);
      this.#output.write(`${line}\n`);
    }
  }

  say(line: string): void {
    this.#output.write(`${line}\n`);
  }

  close(): void {}
}
