/** Where the demo's objects come from. */
export interface DemoSource extends AsyncDisposable {
  /** For the GitRepository. */
  readonly url: string;
  /** What of the repository is followed. */
  readonly ref: Readonly<Record<string, string>>;
  readonly credentials?: { readonly username: string; readonly password: string };
  /** For the title line. */
  readonly title: string;
  /**
   * Commits a change, where the repository is the demo's own, and says which; `undefined` where it is not the demo's
   * to change.
   */
  change?(): string;
}
