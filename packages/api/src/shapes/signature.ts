import { array, object, optional } from '../builder/containers.ts';
import { choice, string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import type {
  HelmChartVerification,
  OCIRepositoryVerification,
  OIDCIdentityMatch,
} from '../generated/resource-types.ts';
import { localObjectReference } from './references.ts';

const ABOUT = 'What signature an artifact of a registry must have.';

function identityMatch(description: string): Type<OIDCIdentityMatch> {
  return object(
    description,
    {
      issuer: string('A regular expression for who vouches for the signer.'),
      subject: string('A regular expression for who signed.'),
    },
    { about: 'Whose keyless signatures count.', name: 'OIDCIdentityMatch' },
  );
}

function verificationFields() {
  return {
    provider: choice('The format of the signature.', ['cosign', 'notation'], { default: 'cosign' }),
    secretRef: optional(
      localObjectReference(
        'The secret with what to trust. For cosign: public keys under `*.pub`; without a secret, keyless. For notation: `trustpolicy.json`, and certificates under `*.crt` or `*.pem`.',
      ),
    ),
    matchOIDCIdentity: optional(
      array(
        'Whose keyless signatures count: one of these suffices.',
        identityMatch('Whose signatures count.'),
      ),
    ),
  };
}

/** `spec.verify` of an OCIRepository. */
export const ociRepositoryVerification: Type<OCIRepositoryVerification> = object(
  ABOUT,
  {
    ...verificationFields(),
    trustedRootSecretRef: optional(
      localObjectReference(
        'The secret with the roots of a Sigstore instance of your own, under `trusted_root.json`.',
      ),
    ),
  },
  { name: 'OCIRepositoryVerification' },
);

/** `spec.verify` of a HelmChart. */
export const helmChartVerification: Type<HelmChartVerification> = object(ABOUT, verificationFields(), {
  name: 'HelmChartVerification',
});
