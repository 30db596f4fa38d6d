import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type GitHashAlgorithm, type GitObjectType, ObjectDatabase } from './object-database.ts';
import { readLinks, readTree, type TreeItem, writeTree } from './object-links.ts';

/** What goes into a commit under a path. */
export type GitFileInput =
  | string
  | Uint8Array
  | { readonly data: string | Uint8Array; readonly executable?: boolean }
  | { readonly symlink: string }
  /** The commit of another repository. */
  | { readonly submodule: string };

/** Who does something in a repository. */
export interface GitPerson {
  readonly name: string;
  readonly email: string;
}

/** A change to a branch. */
export interface CommitInput {
  /** Added or replaced; what is not named stays as in the commit before. */
  readonly files?: Readonly<Record<string, GitFileInput>>;
  /** Paths of files or folders that go. */
  readonly delete?: readonly string[];
  /** @default 'Change files' */
  readonly message?: string;
  /** Made where it does not exist, without history. @default the default branch */
  readonly branch?: string;
  readonly author?: GitPerson;
  /** @default one second after the last commit of the repository */
  readonly time?: Date;
}

/** How a repository is made. */
export interface GitTestRepositoryOptions {
  /** @default 'main' */
  readonly defaultBranch?: string;
  /** Where the repository is kept as a bare one; its references and loose objects are read. @default memory alone */
  readonly folder?: string;
  /** @default 'sha1' */
  readonly objectFormat?: GitHashAlgorithm;
}

const ROBOT: GitPerson = { name: 'Test Author', email: 'author@example.com' };

/** A repository to test against: commits are one call each. */
export class GitTestRepository {
  readonly name: string;
  readonly objects: ObjectDatabase;
  readonly #refs = new Map<string, string>();
  readonly #folder: string | undefined;
  #head: string;
  #lastTime = Date.UTC(2024, 0, 1);

  constructor(name: string, options: GitTestRepositoryOptions = {}) {
    this.name = name;
    this.#head = `refs/heads/${options.defaultBranch ?? 'main'}`;
    this.#folder = options.folder;
    this.objects = new ObjectDatabase(options.objectFormat ?? 'sha1', options.folder);
    if (options.folder !== undefined) this.#openFolder(options.folder);
  }

  /** The full name of the default branch. */
  get head(): string {
    return this.#head;
  }

  /** References by full name, in order. */
  get refs(): ReadonlyMap<string, string> {
    return new Map([...this.#refs].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Adds a commit to a branch and gives its id. */
  commit(input: CommitInput = {}): string {
    const ref = input.branch === undefined ? this.#head : `refs/heads/${input.branch}`;
    const parent = this.#refs.get(ref);
    const files = parent === undefined ? new Map<string, TreeItem>() : this.#filesOf(parent);
    for (const path of input.delete ?? []) {
      for (const name of files.keys()) if (name === path || name.startsWith(`${path}/`)) files.delete(name);
    }
    for (const [path, file] of Object.entries(input.files ?? {}))
      files.set(path, this.#writeFile(path, file));
    const time = input.time?.getTime() ?? this.#lastTime + 1000;
    this.#lastTime = time;
    const { name, email } = input.author ?? ROBOT;
    const who = `${name} <${email}> ${Math.floor(time / 1000)} +0000`;
    const lines = [
      `tree ${this.#writeFolder(files)}`,
      ...(parent === undefined ? [] : [`parent ${parent}`]),
      `author ${who}`,
      `committer ${who}`,
      '',
      `${input.message ?? 'Change files'}\n`,
    ];
    const id = this.objects.put('commit', Buffer.from(lines.join('\n')));
    this.setRef(ref, id);
    return id;
  }

  /** Tags a commit; with a message the tag is an annotated one. Gives what the tag's reference points to. */
  tag(name: string, options: { commit?: string; message?: string } = {}): string {
    const commit = options.commit ?? this.#refs.get(this.#head);
    if (commit === undefined) throw new RangeError('there is no commit to tag');
    const who = `${ROBOT.name} <${ROBOT.email}> ${Math.floor(this.#lastTime / 1000)} +0000`;
    const text = `object ${commit}\ntype commit\ntag ${name}\ntagger ${who}\n\n${options.message}\n`;
    const id = options.message === undefined ? commit : this.objects.put('tag', Buffer.from(text));
    this.setRef(`refs/tags/${name}`, id);
    return id;
  }

  /** Lets a branch begin at a commit, or moves it there. */
  branch(name: string, commit: string | undefined = this.#refs.get(this.#head)): void {
    if (commit === undefined) throw new RangeError('there is no commit for the branch to begin at');
    this.setRef(`refs/heads/${name}`, commit);
  }

  /** Points a reference at an object, or, with `undefined`, removes it. */
  setRef(name: string, id: string | undefined): void {
    if (id === undefined) this.#refs.delete(name);
    else this.#refs.set(name, id);
    if (this.#folder === undefined || /(^|\/)\.\.?(\/|$)/.test(name)) return;
    const path = join(this.#folder, ...name.split('/'));
    if (id === undefined) rmSync(path, { force: true });
    else writeFile(path, `${id}\n`);
  }

  /** Takes in an object as it is: for what no honest client would write. */
  writeObject(type: GitObjectType, data: string | Uint8Array): string {
    return this.objects.put(type, typeof data === 'string' ? Buffer.from(data) : data);
  }

  /** The files of a commit or of a branch by path; symlinks give their target. */
  files(from: string = this.#head): Map<string, Buffer> {
    const commit = this.#refs.get(from) ?? this.#refs.get(`refs/heads/${from}`) ?? from;
    const found = new Map<string, Buffer>();
    for (const [path, item] of this.#filesOf(commit)) {
      found.set(path, this.objects.get(item.id)?.data ?? Buffer.alloc(0));
    }
    return found;
  }

  #filesOf(commit: string): Map<string, TreeItem> {
    const files = new Map<string, TreeItem>();
    const object = this.objects.get(commit);
    const tree = object && readLinks(object).tree;
    const walk = (id: string, prefix: string) => {
      for (const item of readTree(this.objects.get(id)?.data ?? Buffer.alloc(0), this.objects.algorithm)) {
        if (item.mode === '40000') walk(item.id, `${prefix}${item.name}/`);
        else files.set(prefix + item.name, item);
      }
    };
    if (tree !== undefined) walk(tree, '');
    return files;
  }

  #writeFile(path: string, file: GitFileInput): TreeItem {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (typeof file === 'string' || file instanceof Uint8Array) return this.#writeFile(path, { data: file });
    if ('submodule' in file) return { mode: '160000', name, id: file.submodule };
    if ('symlink' in file) return { mode: '120000', name, id: this.writeObject('blob', file.symlink) };
    return { mode: file.executable ? '100755' : '100644', name, id: this.writeObject('blob', file.data) };
  }

  #writeFolder(files: ReadonlyMap<string, TreeItem>): string {
    const items: TreeItem[] = [];
    const folders = new Map<string, Map<string, TreeItem>>();
    for (const [path, item] of files) {
      const slash = path.indexOf('/');
      if (slash < 0) {
        items.push(item);
      } else {
        const name = path.slice(0, slash);
        const inside = folders.get(name) ?? new Map<string, TreeItem>();
        folders.set(name, inside.set(path.slice(slash + 1), item));
      }
    }
    for (const [name, inside] of folders) items.push({ mode: '40000', name, id: this.#writeFolder(inside) });
    return this.objects.put('tree', writeTree(items));
  }

  #openFolder(folder: string): void {
    const config = ['[core]', '\trepositoryformatversion = 0', '\tbare = true', ''];
    if (this.objects.algorithm === 'sha256') {
      config.splice(1, 1, '\trepositoryformatversion = 1');
      config.push('[extensions]', '\tobjectformat = sha256', '');
    }
    mkdirSync(join(folder, 'refs'), { recursive: true });
    const head = readIfThere(join(folder, 'HEAD'));
    if (head === undefined) {
      writeFile(join(folder, 'HEAD'), `ref: ${this.#head}\n`);
      writeFile(join(folder, 'config'), config.join('\n'));
      return;
    }
    this.#head = /^ref: (\S+)/.exec(head)?.[1] ?? this.#head;
    for (const entry of readdirSync(join(folder, 'refs'), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(folder.length + 1).replaceAll('\\', '/');
      this.#refs.set(name, readFileSync(path, 'utf8').trim());
    }
  }
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
