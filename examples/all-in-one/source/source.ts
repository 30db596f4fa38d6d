/** Where the demo's objects come from. */
export interface DemoSource extends AsyncDisposable {
  /** For the GitRepository. */
  readonly url: string;
  /** For the title line. */
  readonly title: string;
  /**
   * Commits a change, where the repository is the demo's own, and says which; `undefined` where it is not the demo's
   * to change.
   */
  change?(): string;
}
