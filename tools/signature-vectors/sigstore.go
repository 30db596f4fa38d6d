package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/url"
	"time"
)

// sigstore is an authority, a log of certificates and a log of signatures of our own.
type sigstore struct {
	root, issuer             *x509.Certificate
	rootKey, issuerKey       *ecdsa.PrivateKey
	certificateLog, entryLog *ecdsa.PrivateKey
}

func newKey() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }

func spki(key crypto.PublicKey) []byte { return must(x509.MarshalPKIXPublicKey(key)) }

func sign(key *ecdsa.PrivateKey, message []byte) []byte {
	sum := sha256.Sum256(message)
	return must(ecdsa.SignASN1(rand.Reader, key, sum[:]))
}

func certify(template, parent *x509.Certificate, public crypto.PublicKey, key *ecdsa.PrivateKey) *x509.Certificate {
	return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, template, parent, public, key))))
}

func newSigstore(issuerEnd time.Time) *sigstore {
	s := &sigstore{rootKey: newKey(), issuerKey: newKey(), certificateLog: newKey(), entryLog: newKey()}
	start := time.Now().Add(-48 * time.Hour)
	authority := func(name string, end time.Time) *x509.Certificate {
		return &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name, Organization: []string{"example"}},
			NotBefore: start, NotAfter: end, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}}
	}
	root := authority("root", time.Now().AddDate(20, 0, 0))
	s.root = certify(root, root, s.rootKey.Public(), s.rootKey)
	s.issuer = certify(authority("issuer", issuerEnd), s.root, s.issuerKey.Public(), s.rootKey)
	return s
}

// leaf is a certificate for ten minutes with a proof that it was logged.
func (s *sigstore) leaf(public crypto.PublicKey, subject, issuer string, from time.Time, logged bool) *x509.Certificate {
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), NotBefore: from, NotAfter: from.Add(10 * time.Minute),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}, URIs: []*url.URL{must(url.Parse(subject))},
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 1}, Value: []byte(issuer)}, {Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 8}, Value: must(asn1.MarshalWithParams(issuer, "utf8"))}}}
	before := certify(template, s.issuer, public, s.issuerKey)
	if !logged {
		return before
	}
	issuerHash := sha256.Sum256(s.issuer.RawSubjectPublicKeyInfo)
	stamp := uint64(from.UnixMilli())
	body := before.RawTBSCertificate
	message := append([]byte{0, 0}, binary.BigEndian.AppendUint64(nil, stamp)...)
	message = append(append(append(message, 0, 1), issuerHash[:]...), byte(len(body)>>16), byte(len(body)>>8), byte(len(body)))
	message = append(append(message, body...), 0, 0)
	signature := sign(s.certificateLog, message)
	logID := sha256.Sum256(spki(s.certificateLog.Public()))
	sct := append(append([]byte{0}, logID[:]...), binary.BigEndian.AppendUint64(nil, stamp)...)
	sct = append(binary.BigEndian.AppendUint16(append(sct, 0, 0, 4, 3), uint16(len(signature))), signature...)
	list := append(binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, uint16(len(sct)+2)), uint16(len(sct))), sct...)
	template.ExtraExtensions = append(template.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, Value: must(asn1.Marshal(list))})
	return certify(template, s.issuer, public, s.issuerKey)
}

func (s *sigstore) trustedRoot() object {
	valid := object{"start": "2020-01-01T00:00:00Z"}
	log := func(key *ecdsa.PrivateKey) object {
		id := sha256.Sum256(spki(key.Public()))
		return object{"baseUrl": "https://log.example.com", "hashAlgorithm": "SHA2_256", "logId": object{"keyId": b64(id[:])},
			"publicKey": object{"rawBytes": b64(spki(key.Public())), "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": valid}}
	}
	return object{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1", "tlogs": []object{log(s.entryLog)}, "ctlogs": []object{log(s.certificateLog)},
		"certificateAuthorities": []object{{"subject": object{"organization": "example", "commonName": "root"}, "uri": "https://ca.example.com", "validFor": valid,
			"certChain": object{"certificates": []object{{"rawBytes": b64(s.issuer.Raw)}, {"rawBytes": b64(s.root.Raw)}}}}}}
}

func pemOf(certificate *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
}

// logged is an entry as the log of signatures answers it.
type logged struct {
	body    []byte
	time    int64
	logID   [32]byte
	promise []byte
}

func (s *sigstore) log(body object, at time.Time) logged {
	entry := logged{body: toJSON(body), time: at.Unix(), logID: sha256.Sum256(spki(s.entryLog.Public()))}
	// encoding/json sorts the keys of a map, which is the canonical form here.
	entry.promise = sign(s.entryLog, toJSON(entry.payload()))
	return entry
}

func (l logged) payload() object {
	return object{"body": b64(l.body), "integratedTime": l.time, "logID": hex.EncodeToString(l.logID[:]), "logIndex": 0}
}

func (l logged) annotation() string {
	return string(toJSON(object{"SignedEntryTimestamp": b64(l.promise), "Payload": l.payload()}))
}

// bundleEntry has a proof of inclusion in a log of one entry.
func (s *sigstore) bundleEntry(l logged, kind string) object {
	root := sha256.Sum256(append([]byte{0}, l.body...))
	text := "log.example.com\n1\n" + b64(root[:]) + "\n"
	note := append(append([]byte{}, l.logID[:4]...), sign(s.entryLog, []byte(text))...)
	return object{"logIndex": "0", "logId": object{"keyId": b64(l.logID[:])}, "kindVersion": object{"kind": kind, "version": "0.0.1"},
		"integratedTime": fmt.Sprint(l.time), "inclusionPromise": object{"signedEntryTimestamp": b64(l.promise)}, "canonicalizedBody": b64(l.body),
		"inclusionProof": object{"logIndex": "0", "rootHash": b64(root[:]), "treeSize": "1", "hashes": []string{},
			"checkpoint": object{"envelope": text + "\n— log.example.com " + base64.StdEncoding.EncodeToString(note) + "\n"}}}
}
