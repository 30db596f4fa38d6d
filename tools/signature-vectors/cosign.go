package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	subject    = "https://github.com/org/repo/.github/workflows/release.yaml@refs/heads/main"
	issuerName = "https://token.actions.githubusercontent.com"
	bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"
)

func cosign(work string, arguments ...string) bool {
	command := exec.Command(os.Getenv("COSIGN"), arguments...)
	command.Dir, command.Env = work, append(os.Environ(), "COSIGN_PASSWORD=", "HOME="+work)
	output, err := command.CombinedOutput()
	if err != nil && os.Getenv("DEBUG") != "" {
		os.Stderr.WriteString(strings.Join(arguments, " ") + "\n" + string(output) + "\n")
	}
	return err == nil
}

func simpleSigning(digest, kind string) []byte {
	return toJSON(object{"critical": object{"identity": object{"docker-reference": ""}, "image": object{"docker-manifest-digest": digest}, "type": kind}, "optional": nil})
}

func (r repo) legacy(digest string, payload, signature []byte, annotations object) {
	annotations["dev.cosignproject.cosign/signature"] = b64(signature)
	layer := r.blob("application/vnd.dev.cosign.simplesigning.v1+json", payload, annotations)
	r.manifest(strings.Replace(digest, ":", "-", 1)+".sig", object{"layers": []object{layer}})
}

func (r repo) bundle(image object, bundle object) {
	layer := r.blob(bundleType, toJSON(bundle), nil)
	r.manifest("", object{"artifactType": bundleType, "subject": image, "layers": []object{layer}})
}

func hashed(key crypto.Signer, hash crypto.Hash, options crypto.SignerOpts, message []byte) []byte {
	digest := message
	if hash != 0 {
		h := hash.New()
		h.Write(message)
		digest = h.Sum(nil)
	}
	return must(key.Sign(rand.Reader, digest, options))
}

func keyVectors(base, work string) []vector {
	var all []vector
	if !cosign(work, "generate-key-pair") {
		panic("cosign generate-key-pair")
	}
	public := string(must(os.ReadFile(filepath.Join(work, "cosign.pub"))))
	for _, format := range []string{"legacy", "bundle"} {
		r := repo{base, "cosign-key-" + format}
		digest := r.image()["digest"].(string)
		if !cosign(work, "sign", "--key", "cosign.key", "--yes", "--tlog-upload=false", "--use-signing-config=false", "--new-bundle-format="+map[string]string{"legacy": "false", "bundle": "true"}[format], base+"/"+r.name+"@"+digest) {
			panic("cosign sign " + format)
		}
		all = append(all, verifyKey(r, work, digest, public))
	}
	makers := map[string]func() (crypto.Signer, crypto.Hash, crypto.SignerOpts){
		"p384-sha256": func() (crypto.Signer, crypto.Hash, crypto.SignerOpts) {
			return must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)), crypto.SHA256, crypto.SHA256
		},
		"p521-sha256": func() (crypto.Signer, crypto.Hash, crypto.SignerOpts) {
			return must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader)), crypto.SHA256, crypto.SHA256
		},
		"ed25519": func() (crypto.Signer, crypto.Hash, crypto.SignerOpts) {
			_, key, _ := ed25519.GenerateKey(rand.Reader)
			return key, 0, crypto.Hash(0)
		},
		"rsa-pkcs1": func() (crypto.Signer, crypto.Hash, crypto.SignerOpts) {
			return must(rsa.GenerateKey(rand.Reader, 2048)), crypto.SHA256, crypto.SHA256
		},
		"rsa-pss": func() (crypto.Signer, crypto.Hash, crypto.SignerOpts) {
			return must(rsa.GenerateKey(rand.Reader, 2048)), crypto.SHA256, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA256}
		},
	}
	for name, make := range makers {
		key, hash, options := make()
		r := repo{base, "key-" + name}
		digest := r.image()["digest"].(string)
		payload := simpleSigning(digest, "cosign container image signature")
		r.legacy(digest, payload, hashed(key, hash, options, payload), object{})
		all = append(all, verifyKey(r, work, digest, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki(key.Public())}))))
	}
	for name, payload := range map[string][]byte{"other-digest": simpleSigning("sha256:"+strings.Repeat("0", 64), "cosign container image signature"), "unparsable": []byte("{"), "no-critical": []byte("{}")} {
		key := newKey()
		r := repo{base, "key-" + name}
		digest := r.image()["digest"].(string)
		r.legacy(digest, payload, sign(key, payload), object{})
		all = append(all, verifyKey(r, work, digest, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki(key.Public())}))))
	}
	return all
}

func verifyKey(r repo, work, digest, public string) vector {
	must(0, os.WriteFile(filepath.Join(work, "check.pub"), []byte(public), 0o600))
	accepted := cosign(work, "verify", "--key", "check.pub", "--insecure-ignore-tlog", "--private-infrastructure", r.base+"/"+r.name+"@"+digest)
	return r.dump(vector{Name: r.name, By: "cosign", Accepted: accepted, Key: public, Digest: digest})
}

func keylessVectors(base, work string, s *sigstore, prefix string) []vector {
	must(0, os.WriteFile(filepath.Join(work, prefix+"root.json"), toJSON(s.trustedRoot()), 0o600))
	var all []vector
	now := time.Now().Add(-time.Hour)
	for _, bad := range []string{"good", "no-sct", "late", "other-entry", "unsigned-time", "other-digest", "other-subject"} {
		if prefix != "" && bad != "good" {
			continue
		}
		for _, format := range []string{"legacy", "bundle"} {
			r := repo{base, "keyless-" + prefix + format + "-" + bad}
			image := r.image()
			digest := image["digest"].(string)
			key := newKey()
			san, signed, at := subject, digest, now.Add(time.Minute)
			switch bad {
			case "other-subject":
				san = "https://evil.example/?https://github.com/org/repo/"
			case "other-digest":
				signed = "sha256:" + strings.Repeat("0", 64)
			case "late":
				at = now.Add(time.Hour / 2)
			}
			leaf := s.leaf(key.Public(), san, issuerName, now, bad != "no-sct")
			if format == "legacy" {
				payload := simpleSigning(signed, "cosign container image signature")
				signature := sign(key, payload)
				content := payload
				if bad == "other-entry" {
					content = []byte("another artifact")
				}
				sum := sha256.Sum256(content)
				entrySignature := signature
				if bad == "other-entry" {
					entrySignature = sign(key, content)
				}
				entry := s.log(object{"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": object{"data": object{"hash": object{"algorithm": "sha256", "value": hex.EncodeToString(sum[:])}},
					"signature": object{"content": b64(entrySignature), "publicKey": object{"content": b64(pemOf(leaf))}}}}, at)
				if bad == "unsigned-time" {
					entry.time++
				}
				r.legacy(digest, payload, signature, object{"dev.sigstore.cosign/certificate": string(pemOf(leaf)), "dev.sigstore.cosign/chain": string(pemOf(s.issuer)) + string(pemOf(s.root)), "dev.sigstore.cosign/bundle": entry.annotation()})
			} else {
				statement := toJSON(object{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://sigstore.dev/cosign/sign/v1", "predicate": object{}, "subject": []object{{"digest": object{"sha256": signed[7:]}}}})
				kind := "application/vnd.in-toto+json"
				signature := sign(key, []byte("DSSEv1 28 "+kind+" "+itoa(len(statement))+" "+string(statement)))
				envelope := object{"payload": b64(statement), "payloadType": kind, "signatures": []object{{"sig": b64(signature)}}}
				payloadHash, envelopeHash := sha256.Sum256(statement), sha256.Sum256([]byte(`{"payloadType":"`+kind+`","payload":"`+b64(statement)+`","signatures":[{"keyid":"","sig":"`+b64(signature)+`"}]}`))
				if bad == "other-entry" {
					payloadHash = sha256.Sum256([]byte("another artifact"))
				}
				entry := s.log(object{"apiVersion": "0.0.1", "kind": "dsse", "spec": object{"envelopeHash": object{"algorithm": "sha256", "value": hex.EncodeToString(envelopeHash[:])},
					"payloadHash": object{"algorithm": "sha256", "value": hex.EncodeToString(payloadHash[:])}, "signatures": []object{{"signature": b64(signature), "verifier": b64(pemOf(leaf))}}}}, at)
				if bad == "unsigned-time" {
					entry.time++
				}
				r.bundle(image, object{"mediaType": bundleType, "dsseEnvelope": envelope, "verificationMaterial": object{"certificate": object{"rawBytes": b64(leaf.Raw)}, "tlogEntries": []object{s.bundleEntry(entry, "dsse")}}})
			}
			accepted := cosign(work, "verify", "--trusted-root", prefix+"root.json", "--certificate-identity-regexp", "^https://github\\.com/org/", "--certificate-oidc-issuer", issuerName, r.base+"/"+r.name+"@"+digest)
			all = append(all, r.dump(vector{Name: r.name, By: "cosign", Accepted: accepted, Digest: digest}))
		}
	}
	return all
}
