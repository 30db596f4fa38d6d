/**
 * Paths of keys that a JSON text names twice in one object, as `data.a` or `list[0].b`: parsers
 * keep the last one and say nothing. The text must be valid JSON.
 */
export function findDuplicateKeys(text: string, limit = 100): string[] {
  const found: string[] = [];
  const scanner = new Scanner(text);
  scanner.value('', found, limit);
  return found;
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(path: string, found: string[], limit: number): void {
    this.#space();
    const first = this.#text[this.#at];
    if (first === '{') this.#object(path, found, limit);
    else if (first === '[') this.#array(path, found, limit);
    else if (first === '"') this.#string();
    else
      while (this.#at < this.#text.length && !',]} \n\r\t'.includes(this.#text[this.#at] as string))
        this.#at++;
  }

  #object(path: string, found: string[], limit: number): void {
    const keys = new Set<string>();
    this.#at++;
    for (this.#space(); this.#text[this.#at] !== '}'; this.#space()) {
      if (this.#text[this.#at] === ',') {
        this.#at++;
        continue;
      }
      const key = this.#string();
      const inner = path === '' ? key : `${path}.${key}`;
      if (keys.has(key) && found.length < limit) found.push(inner);
      keys.add(key);
      this.#space();
      this.#at++;
      this.value(inner, found, limit);
    }
    this.#at++;
  }

  #array(path: string, found: string[], limit: number): void {
    this.#at++;
    let index = 0;
    for (this.#space(); this.#text[this.#at] !== ']'; this.#space()) {
      if (this.#text[this.#at] === ',') this.#at++;
      else this.value(`${path}[${index++}]`, found, limit);
    }
    this.#at++;
  }

  #string(): string {
    const start = this.#at;
    let escaped = false;
    for (this.#at++; this.#text[this.#at] !== '"'; this.#at++) {
      if (this.#text[this.#at] !== '\\') continue;
      escaped = true;
      this.#at++;
    }
    this.#at++;
    const raw = this.#text.slice(start, this.#at);
    return escaped ? (JSON.parse(raw) as string) : raw.slice(1, -1);
  }

  #space(): void {
    while (' \n\r\t'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
  }
}
