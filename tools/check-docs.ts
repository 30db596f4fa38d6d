// What is written runs and is complete: every public name has a comment, each package's entry opens with
// a @module text, and every `ts` block of the READMEs, the docs and the @examples compiles and runs without
// throwing; one marked `ts no-run` compiles.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import ts from 'typescript';

const root = path.dirname(import.meta.dirname);
const problems: string[] = [];
/** Beside the package's own dependencies, so that a block imports what its reader can. */
const BLOCK_FOLDER = '.doc-blocks';

interface CodeBlock {
  readonly where: string;
  readonly code: string;
  readonly runs: boolean;
  /** The folder whose dependencies the block may import. */
  readonly home: string;
}

const packageNames = readdirSync(path.join(root, 'packages')).toSorted();
const program = ts.createProgram(
  packageNames.map((name) => path.join(root, 'packages', name, 'src', 'index.ts')),
  {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ['@gitops-toolkit/source'],
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    strict: true,
  },
);
const checker = program.getTypeChecker();
const blocks: CodeBlock[] = [];

for (const name of packageNames) {
  const folder = path.join(root, 'packages', name);
  checkEntry(path.join(folder, 'src', 'index.ts'), `packages/${name}`);
  for (const file of markdownIn(folder)) blocks.push(...blocksOf(file, folder));
  for (const file of sourcesIn(path.join(folder, 'src'))) blocks.push(...exampleBlocks(file, folder));
}
const composed = path.join(root, 'examples', 'all-in-one');
for (const file of [path.join(root, 'README.md'), ...markdownIn(path.join(root, 'docs'))])
  blocks.push(...blocksOf(file, composed));

const files = writeBlocks(blocks);
compileBlocks(files);
await runBlocks(files);
for (const home of new Set(blocks.map((block) => block.home)))
  rmSync(path.join(home, BLOCK_FOLDER), { recursive: true });
for (const problem of problems) console.log(problem);
console.log(`docs: ${blocks.length} code blocks, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Every export of an entry carries a doc comment. */
function checkEntry(file: string, where: string): void {
  const source = program.getSourceFile(file);
  if (!source) return;
  if (!source.text.trimStart().startsWith('/**') || !source.text.includes('@module')) {
    problems.push(`${where}/src/index.ts does not open with a @module text`);
  }
  const module = checker.getSymbolAtLocation(source);
  for (const exported of module ? checker.getExportsOfModule(module) : []) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.declarations?.[0];
    const inOwnPackage = declaration?.getSourceFile().fileName.includes(`/${where}/`);
    if (inOwnPackage && symbol.getDocumentationComment(checker).length === 0) {
      problems.push(`${where}: ${exported.name} has no doc comment`);
    }
  }
}

/** Markdown files below a folder; installed packages, whose links lead round in circles, are not entered. */
function markdownIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return /^(node_modules|dist|api|\..*)$/.test(entry.name) ? [] : markdownIn(file);
    return entry.name.endsWith('.md') && entry.name !== 'CHANGELOG.md' ? [file] : [];
  });
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => path.join(folder, file));
}

/** The `ts` blocks of a Markdown file; a fence marked `ts no-run` is shown and not run. */
function blocksOf(file: string, home: string, text: string = readFileSync(file, 'utf8')): CodeBlock[] {
  return [...text.matchAll(/^```ts( no-run)?[ \t]*\n([\s\S]*?)^```/gm)].map((match) => ({
    where: `${path.relative(root, file)}:${text.slice(0, match.index).split('\n').length}`,
    code: match[2] ?? '',
    runs: match[1] === undefined,
    home,
  }));
}

/** The blocks in doc comments, with the comment's asterisks taken off. */
function exampleBlocks(file: string, home: string): CodeBlock[] {
  const comments = readFileSync(file, 'utf8').matchAll(/\/\*\*[\s\S]*?\*\//g);
  return [...comments].flatMap((match) => blocksOf(file, home, match[0].replace(/^[ \t]*\*[ ]?/gm, '')));
}

/** Writes each block as a module into the folder whose dependencies it uses. */
function writeBlocks(all: readonly CodeBlock[]): Map<string, CodeBlock> {
  return new Map(
    all.map((block, index) => {
      const folder = path.join(block.home, BLOCK_FOLDER);
      mkdirSync(folder, { recursive: true });
      const file = path.join(folder, `block-${index}.ts`);
      writeFileSync(file, block.code);
      return [file, block];
    }),
  );
}

function compileBlocks(written: ReadonlyMap<string, CodeBlock>): void {
  const config = path.join(root, '.doc-blocks.json');
  writeFileSync(
    config,
    JSON.stringify({ extends: './tsconfig.check.json', include: [], files: [...written.keys()] }),
  );
  const { stdout } = spawnSync('tsc', ['-p', config, '--pretty', 'false'], { cwd: root, encoding: 'utf8' });
  rmSync(config);
  for (const line of stdout.split('\n')) {
    const [, file = '', rest = ''] = /^(.+?\.ts)(\(.*)$/.exec(line) ?? [];
    const block = written.get(path.resolve(root, file));
    if (block) problems.push(`${block.where}: the code block does not compile: ${rest}`);
  }
}

async function runBlocks(written: ReadonlyMap<string, CodeBlock>): Promise<void> {
  const queue = [...written].filter(([, block]) => block.runs);
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await runBlock(...next);
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
}

async function runBlock(file: string, { where }: CodeBlock): Promise<void> {
  const child = spawn('node', ['--conditions=@gitops-toolkit/source', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 60_000,
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) problems.push(`${where}: the code block does not run:\n${stderr.slice(0, 1500)}`);
}
