package main

import (
	"context"
	"crypto"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"strings"
	"time"

	"github.com/notaryproject/notation-core-go/signature"
	"github.com/notaryproject/notation-core-go/signature/cose"
	"github.com/notaryproject/notation-core-go/signature/jws"
	"github.com/notaryproject/notation-core-go/testhelper"
	"github.com/notaryproject/notation-go"
	"github.com/notaryproject/notation-go/verifier"
	"github.com/notaryproject/notation-go/verifier/trustpolicy"
	"github.com/notaryproject/notation-go/verifier/truststore"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

type store []*x509.Certificate

func (s store) GetCertificates(context.Context, truststore.Type, string) ([]*x509.Certificate, error) {
	return s, nil
}

func certifyBy(template, parent *x509.Certificate, public crypto.PublicKey, key crypto.PrivateKey) *x509.Certificate {
	return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, template, parent, public, key))))
}

func notationVectors(base string) object {
	rsaLeaf, rsaRoot := testhelper.GetRSACertTuple(3072), testhelper.GetRSARootCertificate()
	ecLeaf, ecRoot := testhelper.GetECCertTuple(elliptic.P384()), testhelper.GetECRootCertificate()
	roots := store{rsaRoot.Cert, ecRoot.Cert}
	policy := &trustpolicy.Document{Version: "1.0", TrustPolicies: []trustpolicy.TrustPolicy{{Name: "all", RegistryScopes: []string{"*"},
		SignatureVerification: trustpolicy.SignatureVerification{VerificationLevel: "strict"}, TrustStores: []string{"ca:example", "signingAuthority:example"}, TrustedIdentities: []string{"*"}}}}
	check := must(verifier.New(policy, roots, nil))
	vectors := []vector{}
	for _, kind := range []string{jws.MediaTypeEnvelope, cose.MediaTypeEnvelope} {
		for _, name := range []string{"rsa", "ec", "authority", "expired", "expiring", "critical", "other-digest", "tampered", "untrusted", "crl"} {
			r := repo{base, strings.ToLower("notation-" + strings.TrimSuffix(strings.TrimPrefix(kind, "application/"), "+json") + "-" + name)}
			image := r.image()
			target := object{"mediaType": image["mediaType"], "digest": image["digest"], "size": image["size"]}
			if name == "other-digest" {
				target["digest"] = "sha256:" + strings.Repeat("0", 64)
			}
			chain, key := []*x509.Certificate{rsaLeaf.Cert, rsaRoot.Cert}, crypto.PrivateKey(rsaLeaf.PrivateKey)
			if name == "ec" {
				chain, key = []*x509.Certificate{ecLeaf.Cert, ecRoot.Cert}, ecLeaf.PrivateKey
			}
			if name == "untrusted" {
				other := testhelper.GetRSASelfSignedSigningCertTuple("untrusted")
				chain, key = []*x509.Certificate{other.Cert}, other.PrivateKey
			}
			if name == "crl" {
				named := *rsaLeaf.Cert
				named.CRLDistributionPoints = []string{"http://127.0.0.1:1/list.crl"}
				chain = []*x509.Certificate{certifyBy(&named, rsaRoot.Cert, rsaLeaf.Cert.PublicKey, rsaRoot.PrivateKey), rsaRoot.Cert}
			}
			request := &signature.SignRequest{Payload: signature.Payload{ContentType: "application/vnd.cncf.notary.payload.v1+json", Content: toJSON(object{"targetArtifact": target})},
				Signer: must(signature.NewLocalSigner(chain, key)), SigningTime: time.Now().Truncate(time.Second), SigningScheme: signature.SigningSchemeX509, SigningAgent: "vectors"}
			switch name {
			case "authority":
				request.SigningScheme = signature.SigningSchemeX509SigningAuthority
			case "expired":
				request.Expiry = request.SigningTime.Add(time.Second)
			case "expiring":
				request.Expiry = request.SigningTime.Add(time.Hour)
			case "critical":
				request.ExtendedSignedAttributes = []signature.Attribute{{Key: "example", Critical: true, Value: "unknown"}}
			}
			content := must(must(signature.NewEnvelope(kind)).Sign(request))
			if name == "tampered" {
				content = []byte(strings.Replace(string(content), "eyJ0YXJnZXRBcnRpZmFjdCI6", "eyJ0YXJnZXRBcnRpZmFjdCI7", 1))
				if kind == cose.MediaTypeEnvelope {
					content = []byte(strings.Replace(string(content), "targetArtifact", "targetArtifacu", 1))
				}
			}
			if name == "expired" {
				time.Sleep(1100 * time.Millisecond)
			}
			layer := r.blob(kind, content, nil)
			r.manifest("", object{"artifactType": "application/vnd.cncf.notary.signature", "subject": image, "layers": []object{layer}})
			descriptor := ocispec.Descriptor{MediaType: imageType, Digest: digest.Digest(image["digest"].(string)), Size: int64(image["size"].(int))}
			outcome, err := check.Verify(context.Background(), descriptor, content, notation.VerifierVerifyOptions{ArtifactReference: "registry.example.com/app@" + image["digest"].(string), SignatureMediaType: kind})
			_ = outcome
			if err != nil {
				fmt.Println(r.name, err)
			}
			vectors = append(vectors, r.dump(vector{Name: r.name, By: "notation-go", Accepted: err == nil, Digest: image["digest"].(string)}))
		}
	}
	return object{"now": time.Now().UnixMilli(), "roots": []string{string(pemOf(rsaRoot.Cert)), string(pemOf(ecRoot.Cert))}, "vectors": vectors}
}
