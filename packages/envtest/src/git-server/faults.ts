/** What a server does wrong on purpose. */
export interface GitServerFaults {
  /**
   * Where the server falls silent and keeps the connection: before it answers at all, before it answers
   * a request for objects, or in the middle of the pack.
   */
  readonly stall?: 'always' | 'upload-pack' | 'pack';
  /** Answers every request with this status. */
  readonly status?: number;
  /** Sent with `status`, in seconds. */
  readonly retryAfter?: number;
  /** The text of the answer with `status`. */
  readonly message?: string;
  /** Redirects to the same path below this URL. */
  readonly redirectTo?: string;
  /** Ends the connection after so many bytes of the answer of a service. */
  readonly cutAfterBytes?: number;
  /** Changes the answer of a service before it is sent. */
  readonly tamper?: (answer: Buffer) => Buffer;
  /** Speaks version 0 whatever the client asks for. */
  readonly onlyVersion0?: boolean;
}
