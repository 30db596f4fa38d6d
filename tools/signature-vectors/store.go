package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

type object = map[string]any

// vector is one artifact with its signatures, and what a real verifier says of them.
type vector struct {
	Name      string            `json:"name"`
	By        string            `json:"by"`
	Accepted  bool              `json:"accepted"`
	Key       string            `json:"key,omitempty"`
	Digest    string            `json:"digest"`
	Manifests map[string]string `json:"manifests"`
	Blobs     map[string]string `json:"blobs"`
	Referrers []object          `json:"referrers"`
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}

func b64(content []byte) string { return base64.StdEncoding.EncodeToString(content) }
func toJSON(value any) []byte   { return must(json.Marshal(value)) }

type repo struct{ base, name string }

func (r repo) url(path string) string { return "http://" + r.base + "/v2/" + r.name + path }

func (r repo) put(path, kind string, content []byte) {
	request := must(http.NewRequest("PUT", r.url(path), bytes.NewReader(content)))
	request.Header.Set("Content-Type", kind)
	response := must(http.DefaultClient.Do(request))
	if response.StatusCode >= 300 {
		panic(fmt.Sprint(path, response.Status, string(must(io.ReadAll(response.Body)))))
	}
}

func (r repo) blob(kind string, content []byte, annotations object) object {
	response := must(http.Post(r.url("/blobs/uploads/?digest="+digestOf(content)), "application/octet-stream", bytes.NewReader(content)))
	if response.StatusCode != 201 {
		panic(response.Status)
	}
	descriptor := object{"mediaType": kind, "digest": digestOf(content), "size": len(content)}
	if annotations != nil {
		descriptor["annotations"] = annotations
	}
	return descriptor
}

const imageType = "application/vnd.oci.image.manifest.v1+json"

func (r repo) manifest(tag string, fields object) object {
	fields["schemaVersion"], fields["mediaType"] = 2, imageType
	if fields["config"] == nil {
		fields["config"] = r.blob("application/vnd.oci.empty.v1+json", []byte("{}"), nil)
	}
	content := toJSON(fields)
	if tag == "" {
		tag = digestOf(content)
	}
	r.put("/manifests/"+tag, imageType, content)
	return object{"mediaType": imageType, "digest": digestOf(content), "size": len(content)}
}

func (r repo) image() object {
	config := r.blob("application/vnd.oci.image.config.v1+json", []byte(`{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}`), nil)
	return r.manifest("v1", object{"config": config, "layers": []object{}, "annotations": object{"name": r.name}})
}

func (r repo) get(path string) []byte {
	request := must(http.NewRequest("GET", r.url(path), nil))
	request.Header.Set("Accept", imageType+", application/vnd.oci.image.index.v1+json")
	response := must(http.DefaultClient.Do(request))
	if response.StatusCode != 200 {
		return nil
	}
	return must(io.ReadAll(response.Body))
}

// dump reads all that a verifier could see.
func (r repo) dump(v vector) vector {
	v.Manifests, v.Blobs, v.Referrers = map[string]string{}, map[string]string{}, []object{}
	var index struct{ Manifests []object }
	if list := r.get("/referrers/" + v.Digest); list != nil {
		must(0, json.Unmarshal(list, &index))
		v.Referrers = append(v.Referrers, index.Manifests...)
	}
	references := []string{v.Digest, strings.Replace(v.Digest, ":", "-", 1) + ".sig"}
	for _, referrer := range v.Referrers {
		references = append(references, referrer["digest"].(string))
	}
	for _, reference := range references {
		content := r.get("/manifests/" + reference)
		if content == nil {
			continue
		}
		v.Manifests[reference] = string(content)
		var manifest struct{ Layers []struct{ Digest string } }
		must(0, json.Unmarshal(content, &manifest))
		for _, layer := range manifest.Layers {
			v.Blobs[layer.Digest] = b64(r.get("/blobs/" + layer.Digest))
		}
	}
	return v
}
