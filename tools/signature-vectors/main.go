package main

import (
	_ "github.com/google/go-containerregistry/pkg/registry"
	_ "github.com/google/go-containerregistry/pkg/v1/remote"
	_ "github.com/notaryproject/notation-core-go/signature/cose"
	_ "github.com/notaryproject/notation-core-go/signature/jws"
	_ "github.com/notaryproject/notation-core-go/testhelper"
	_ "github.com/notaryproject/notation-go"
	_ "github.com/notaryproject/notation-go/verifier"
	_ "github.com/notaryproject/notation-go/signer"
)

func main() {}
