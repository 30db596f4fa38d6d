import { Agent, request } from 'node:https';

import { type CertificatePair, issueCertificate } from '@gitops-toolkit/core/certificate';

import type {
  CertificateEnvironment,
  CertificateSource,
} from '../webhooks/certificates/certificate-source.ts';

/** A certificate for this machine that signs itself. */
export function ownCertificate(name = 'hooks'): CertificatePair {
  const times = { notBefore: Date.now() - 60_000, notAfter: Date.now() + 3_600_000 };
  return issueCertificate({ name, hosts: ['127.0.0.1', 'localhost'], isAuthority: true, ...times });
}

/** Certificates that a test gives out. */
export class GivenCertificates implements CertificateSource {
  pair: CertificatePair = ownCertificate();
  #environment: CertificateEnvironment | undefined;

  open(environment: CertificateEnvironment): ReturnType<CertificateSource['open']> {
    this.#environment = environment;
    return Promise.resolve({ pair: this.pair, [Symbol.asyncDispose]: () => Promise.resolve() });
  }

  replace(pair: CertificatePair): void {
    this.pair = pair;
    this.#environment?.onChange(pair);
  }
}

/** How an answer came back. */
export interface ReviewAnswer {
  readonly status: number;
  readonly text: string;
  /** Of a review. */
  readonly response: Record<string, unknown>;
}

/** Asks a server of webhooks as the API server does, over one connection. */
export class ReviewClient implements Disposable {
  readonly #port: number;
  readonly #agent: Agent;

  constructor(port: number, ca: string) {
    this.#port = port;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
  }

  /** Sends any body. */
  post(path: string, body: string | Buffer, contentType = 'application/json'): Promise<ReviewAnswer> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
      const options = {
        host: '127.0.0.1',
        port: this.#port,
        path,
        method: 'POST',
        agent: this.#agent,
        headers,
      };
      const sent = request(options, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () => {
          const isReview = answer.headers['content-type'] === 'application/json';
          const { response = {} } = (isReview ? JSON.parse(text) : {}) as Partial<ReviewAnswer>;
          resolve({ status: answer.statusCode ?? 0, text, response });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** Sends an AdmissionReview. */
  admit(path: string, request: Record<string, unknown>): Promise<ReviewAnswer> {
    const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' };
    return this.post(path, JSON.stringify({ ...review, request: { uid: 'u-1', ...request } }));
  }

  /** Sends a ConversionReview. */
  convert(desiredAPIVersion: string, objects: readonly unknown[]): Promise<ReviewAnswer> {
    const review = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview' };
    return this.post(
      '/convert',
      JSON.stringify({ ...review, request: { uid: 'u-1', desiredAPIVersion, objects } }),
    );
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
