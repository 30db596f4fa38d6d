// A self-signed pair for `kube.test`, made for these tests and valid for a hundred years.
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUdx+8yV0bzdcwnFBIk3rSqMtHp74wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJa3ViZS50ZXN0MCAXDTI2MTEyMjIwMzMxMFoYDzIxMjYxMDI5
MjAzMzEwWjAUMRIwEAYDVQQDDAlrdWJlLnRlc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASa96XjikVEACulivMZANqGjVI8qnQ7s2IxPunhgjqCkiI/tdVzTa9D
TBpIKHvSrZspAP+nyl9ED5htcsLe1pero2kwZzAdBgNVHQ4EFgQUrLWbJ1v05yPu
AiCfeUE8mcWT3DcwHwYDVR0jBBgwFoAUrLWbJ1v05yPuAiCfeUE8mcWT3DcwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglrdWJlLnRlc3QwCgYIKoZIzj0EAwID
SAAwRQIhAMinxnVUbicH/XppNEyS6+Icby2KfpP0IR1788T3ypcoAiBfJKcYlxqm
7RtjuTybxUXIwD0vq4NCL1f6dlR230xCrA==
-----END CERTIFICATE-----
`;

export const certificateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXLGD1qGrhu9i7yE3
ijzbhjKNFEzTKNN7rZZeDvxB3m+hRANCAASa96XjikVEACulivMZANqGjVI8qnQ7
s2IxPunhgjqCkiI/tdVzTa9DTBpIKHvSrZspAP+nyl9ED5htcsLe1per
-----END PRIVATE KEY-----
`;
