const WIDTH = 110;

/** What a doc comment holds. */
export interface DocText {
  /** Paragraphs have a line break between them. */
  readonly text?: string | undefined;
  /** What the API server puts in where the field is absent; objects and lists are not shown. */
  readonly default?: unknown;
}

/** A TSDoc comment with its line breaks, wrapped; nothing where there is nothing to say. */
export function docComment({ text = '', default: value }: DocText, indent: string): string {
  const width = WIDTH - indent.length - 3;
  const paragraphs = text.trim() === '' ? [] : text.trim().split('\n');
  const lines = paragraphs.flatMap((paragraph) => wrap(harmless(paragraph.trimEnd()), width));
  if (value !== undefined && typeof value !== 'object') lines.push(`@default ${literal(value)}`);
  const [first, ...rest] = lines;
  if (first === undefined) return '';
  if (rest.length === 0 && first.length + indent.length + 7 <= WIDTH) return `${indent}/** ${first} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd().concat('\n')).join('')}${indent} */\n`;
}

/** A value of JSON as TypeScript; texts in single quotes. */
export function literal(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return `'${JSON.stringify(value)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`;
}

/** What would end the comment must not. */
function harmless(text: string): string {
  return text.replaceAll('*/', String.raw`*\/`);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
