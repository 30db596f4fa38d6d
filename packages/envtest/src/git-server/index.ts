export type { GitServerFaults } from './faults.ts';
export {
  type CommitInput,
  type GitFileInput,
  type GitPerson,
  GitTestRepository,
  type GitTestRepositoryOptions,
} from './git-test-repository.ts';
export type { GitHashAlgorithm, GitObjectType } from './object-database.ts';
export type { RefUpdate } from './receive-pack.ts';
export {
  type GitServer,
  type GitServerOptions,
  type GitServerRequest,
  startGitServer,
} from './start-git-server.ts';
