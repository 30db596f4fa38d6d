// The server, apart from those that are measured: serve.ts <git | own> <folder>. It writes its address and
// runs until its standard input ends.
import process from 'node:process';
import { startGitServer } from '../../../packages/envtest/src/index.ts';
import { findProgram } from '../../measure-program.ts';
import { generateTree } from './generate-tree.ts';
import { serveGitFolder } from './git-http-backend.ts';

const [which = 'own', folder = ''] = process.argv.slice(2);

async function start(): Promise<string> {
  const git = findProgram('git');
  if (which === 'git' && git !== undefined) return `${(await serveGitFolder(git, folder)).url}/manifests.git`;
  const server = await startGitServer({ repositories: { manifests: Object.fromEntries(generateTree()) } });
  return server.repositoryUrl('manifests');
}

process.stdout.write(`${await start()}\n`);
process.stdin.on('end', () => process.exit()).resume();
