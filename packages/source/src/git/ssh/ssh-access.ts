/** How a git server is logged in to over SSH: by a key, at a host whose key is known. */
export interface GitSshAccess {
  /** A private key in PEM or OpenSSH's format: Ed25519, ECDSA, or RSA of at least 2048 bits. */
  readonly identity: string;
  readonly passphrase?: string;
  /** The text of a `known_hosts` file. Nothing else is trusted. */
  readonly knownHosts: string;
  /** Offered in place of the defaults, in this order. */
  readonly kexAlgorithms?: readonly string[];
  /** Offered in place of those of the known keys, in this order. */
  readonly hostKeyAlgorithms?: readonly string[];
}

/** Where a repository is, over SSH. */
export interface SshAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** As the server gets it. */
  readonly path: string;
}
