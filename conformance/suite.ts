/** One case of a corpus. */
export interface ConformanceCase {
  /** Where the case is in its folder, unique in the suite. */
  readonly name: string;
  /** Runs it; throws with a short difference when it fails. */
  run(): void | Promise<void>;
}

/** How the cases of one corpus format are found and run. */
export interface Suite {
  readonly name: string;
  /** The cases depend on one another: they run in order, in one process. */
  readonly sequential?: boolean;
  /** Finds the cases by walking the folder, always in the same order. */
  collect(folder: string): AsyncIterable<ConformanceCase> | Iterable<ConformanceCase>;
  /** Lets go of what the cases shared. */
  close?(): Promise<void>;
}

/** A suite is one file in `suites/` that exports it as `suite`. */
export async function loadSuite(name: string): Promise<Suite> {
  if (!/^[a-z-]+$/.test(name)) throw new Error(`no such suite: ${name}`);
  const module = (await import(new URL(`./suites/${name}.ts`, import.meta.url).href)) as { suite: Suite };
  return module.suite;
}
