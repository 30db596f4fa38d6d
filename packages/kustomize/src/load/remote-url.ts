/** A remote base, as kustomize reads its URL. */
export interface RemoteUrl {
  /** What `git fetch` is given. */
  readonly cloneSpec: string;
  readonly host: string;
  readonly repoPath: string;
  /** The directory of the kustomization in the repository. */
  readonly kustRootPath: string;
  readonly ref: string;
  readonly submodules: boolean;
  readonly timeoutMs: number;
}
/** Reads the URL of a git repository as kustomize does. */
export declare function parseRemoteUrl(url: string): RemoteUrl;
