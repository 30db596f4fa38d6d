/** What a certificate is to say. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly addresses: readonly string[];
  readonly dnsNames: readonly string[];
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly isAuthority: boolean;
  /** 16 bytes. */
  readonly serial: Uint8Array;
}

/** A certificate and its key, in PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly key: string;
}

/** Makes keys and certificates: in Node by `node:crypto`. */
export interface CertificateMaker {
  /** A new private key in the PEM form of its type. @throws FunctionError for a type that there is not */
  generateKey(type: 'rsa-2048' | 'rsa' | 'ecdsa' | 'ed25519' | 'dsa'): string;
  /** Whether a PEM text is a private key; what is wrong with it otherwise. */
  checkKey(pem: string): string | undefined;
  /** Whether a PEM text is a certificate; what is wrong with it otherwise. */
  checkCertificate(pem: string): string | undefined;
  /** A certificate for a key, signed by that key itself or by an authority's. */
  sign(request: CertificateRequest, key: string, authority?: CertificatePair): string;
}
