import { columnsOf, cutLine, type TreeLine } from './render.ts';

/** Where the demo shows what happens. */
export interface Screen {
  /** Shows the tree as it is now. */
  draw(lines: readonly TreeLine[]): void;
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
  readonly rows?: number;
}

/** A screen for a terminal, which repaints the tree in place, or for a file, which gets what changed. */
export function openScreen(output: ScreenOutput): Screen {
  return output.isTTY ? new TerminalScreen(output) : new LogScreen(output);
}

class TerminalScreen implements Screen {
  readonly color = true;
  readonly #output: ScreenOutput;
  #tree: readonly TreeLine[] = [];
  #drawn: readonly string[] = [];

  constructor(output: ScreenOutput) {
    this.#output = output;
    output.write('\x1b[?25l');
  }

  // A terminal that does not know its size says 0.
  get width(): number {
    return this.#output.columns || 100;
  }

  draw(lines: readonly TreeLine[]): void {
    this.#tree = lines;
    this.#repaint('');
  }

  say(line: string): void {
    this.#repaint(`${line}\n`);
  }

  close(): void {
    this.#output.write('\x1b[?25h');
  }

  #repaint(above: string): void {
    const erase = this.#erase();
    // The cursor waits in the row below the tree, and what was said last stays in sight above it.
    const limit = Math.max(1, (this.#output.rows || 24) - 2);
    // The terminal may have become narrower since the tree was rendered.
    this.#drawn = fitLines(this.#tree, limit).map((line) => cutLine(line, this.width));
    this.#output.write(erase + above + this.#drawn.map((line) => `${line}\n`).join(''));
  }

  /** Goes back to where the tree begins: a terminal that became narrower has wrapped its lines. */
  #erase(): string {
    const rowsOf = (line: string) => Math.max(1, Math.ceil(columnsOf(line) / this.width));
    const rows = this.#drawn.reduce((sum, line) => sum + rowsOf(line), 0);
    // Row by row: some terminals (tmux) keep a copy of the screen in their history when it is cleared whole.
    return '\x1b[1A\x1b[2K'.repeat(rows);
  }
}

/** The source and the Kustomization. */
const ROOTS = 2;

/** As many lines as there is room for, in their order: what is ready is left out first. */
function fitLines(lines: readonly TreeLine[], limit: number): string[] {
  if (lines.length <= limit) return lines.map(({ text }) => text);
  const objects = lines.slice(ROOTS);
  const byNeed = [
    ...lines.slice(0, ROOTS),
    ...objects.filter(({ isReady }) => !isReady),
    ...objects.filter(({ isReady }) => isReady),
  ];
  const hidden = new Set(byNeed.slice(limit - 1));
  const waiting = [...hidden].filter(({ isReady }) => !isReady).length;
  const shown = lines.filter((line) => !hidden.has(line)).map(({ text }) => text);
  return [...shown, `… ${hidden.size} more, ${waiting === 0 ? 'all' : `${waiting} not`} ready`];
}

class LogScreen implements Screen {
  readonly color = false;
  readonly width = 160;
  readonly #output: ScreenOutput;
  /** What was printed last of each object in the tree. */
  #printed: ReadonlyMap<string, string> = new Map();

  constructor(output: ScreenOutput) {
    this.#output = output;
  }

  draw(lines: readonly TreeLine[]): void {
    const before = this.#printed;
    this.#printed = new Map(lines.map(({ key, news }) => [key, news]));
    for (const { key, news, text } of lines) if (before.get(key) !== news) this.say(text);
    for (const key of before.keys()) if (!this.#printed.has(key)) this.say(`- ${key} is gone`);
  }

  say(line: string): void {
    this.#output.write(`${line}\n`);
  }

  close(): void {}
}
