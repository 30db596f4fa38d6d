import { describe, expect, it } from 'vitest';
import { platformCertificates } from '../certificates/node.ts';
import { failure, render } from '../testing/run-template.ts';

/** Templates and what Go prints for them. */
function check(cases: Readonly<Record<string, string>>, data: unknown = {}): void {
  for (const [template, output] of Object.entries(cases))
    expect.soft(render(template, data), template).toBe(output);
}

describe('texts', () => {
  it('are cut, filled and put together', () => {
    check({
      '{{trunc 3 "héllo"}}|{{trunc -2 "abc"}}': 'hé|bc',
      '{{substr 1 3 "hello"}} {{substr -1 2 "hello"}} {{substr 1 -1 "hello"}}': 'el he ello',
      '{{indent 2 "a\\nb"}}{{nindent 1 "c"}}': '  a\n  b\n c',
      '{{abbrev 6 "hello world"}} {{abbrevboth 5 10 "1234 5678 9123"}}': 'hel... ...5678...',
      '{{wrap 5 "aa bb cc"}}|{{wrapWith 3 "-" "abcdef"}}': 'aa bb\ncc|abc-def',
      '{{cat "a" nil 1 .gone "b"}} {{quote "a" nil 1}} {{squote 1 "b"}}': 'a 1 b "a" "1" \'1\' \'b\'',
      '{{join "-" (list 1 nil "b")}} {{splitList "," "a,b"}} {{(split "$" "a$b")._1}} {{splitn "," 2 "a,b,c"}}':
        '1-b [a b] b map[_0:a _1:b,c]',
      '{{replace "l" "L" "hello"}} {{trimAll "$" "$5$"}} {{trimSuffix "-" "a-"}} {{trimPrefix "-" "-a"}}{{trim " x "}}':
        'heLLo 5 a ax',
      '{{plural "one" "many" 1}} {{plural "one" "many" 2}} {{contains "a" "cat"}} {{hasPrefix "c" "cat"}}':
        'one many true true',
    });
    expect(failure('{{repeat -1 "a"}}')).toContain('negative Repeat count');
  });

  it('change their case by words', () => {
    check({
      '{{camelcase "http_server"}} {{camelcase "_a__b_"}}': 'HttpServer _A_B_',
      '{{snakecase "FirstName HTTPServer http2xx Bld4Floor3rd"}}':
        'first_name_http_server_http_2xx_bld4_floor_3rd',
      '{{kebabcase "FirstName"}} {{swapcase "aBC"}} {{title "hello wörld"}} {{untitle "Hello"}}':
        'first-name Abc Hello Wörld hello',
      '{{initials "First Try"}} {{nospace "a b"}} {{upper "straße"}} {{lower "ÀB"}}': 'FT ab STRAßE àb',
    });
  });
});

describe('numbers', () => {
  it('are integers of 64 bits, or decimal', () => {
    check({
      '{{add 1 2 "3"}} {{sub 5 2}} {{mul 2 3 4}} {{div 7 2}} {{mod 7 3}} {{add1 1}}': '6 3 24 3 1 2',
      '{{add 9223372036854775807 1}} {{int64 1.9}} {{int "0x10"}} {{int "1.0"}} {{float64 "1.5"}} {{atoi "x"}}':
        '-9223372036854775808 1 16 1 1.5 0',
      '{{addf 0.1 0.2}} {{subf 1 0.9}} {{mulf 1.1 1.1}} {{divf 1 3}} {{round 3.14159 2}} {{floor 1.9}} {{ceil 1.1}}':
        '0.3 0.1 1.21 0.3333333333333333 3.14 1 2',
      '{{max 1 3 2}} {{min 1 "0"}} {{maxf 1.5 2}} {{seq 1 2 7}} {{seq 5}} {{seq 3 1}} {{until 3}} {{untilStep 3 0 -2}}':
        '3 0 2 1 3 5 7 1 2 3 4 5 3 2 1 [0 1 2] [3 1]',
      '{{toDecimal "777"}} {{typeOf (add 1)}} {{typeOf 1}} {{typeOf 1.5}} {{kindOf (list)}} {{kindIs "map" (dict)}}':
        '511 int64 int float64 slice true',
    });
    expect(failure('{{div 1 0}}')).toContain('integer divide by zero');
  });
});

describe('lists and maps', () => {
  it('are made, cut and searched', () => {
    check(
      {
        '{{append (list 1) 2}} {{prepend (list 1) 0}} {{first .l}} {{last .l}} {{rest .l}} {{initial .l}}':
          '[1 2] [0 1] a c [b c] [a b]',
        '{{reverse .l}} {{uniq (list 1 1 2)}} {{without .l "a"}} {{has "b" .l}} {{slice .l 1 2}} {{concat .l (list 1)}}':
          '[c b a] [1 2] [b c] true [b] [a b c 1]',
        '{{chunk 2 .l}} {{compact (list 0 1 "" "a")}} {{sortAlpha (list "b" "a")}} {{toStrings (list 1 2)}}':
          '[[a b] [c]] [1 a] [a b] [1 2]',
        '{{get .m "a"}}{{get .m "x"}} {{hasKey .m "a"}} {{keys .m}} {{values .m}} {{pick .m "a"}} {{omit .m "a"}} {{pluck "a" .m (dict "a" 2)}}':
          '1 true [a b] [1 map[c:2]] map[a:1] map[b:map[c:2]] [1 2]',
        '{{dig "b" "c" 0 .m}} {{dig "b" "x" "none" .m}} {{set (dict) "k" 1}} {{unset (dict "a" 1) "a"}}':
          '2 none map[k:1] map[]',
      },
      { l: ['a', 'b', 'c'], m: { a: 1, b: { c: 2 } } },
    );
    expect(failure('{{first "x"}}')).toBe('error calling first: Cannot find first on type string');
  });

  it('are merged into the first map, in place', () => {
    check({
      '{{$a := dict "x" 1 "n" (dict "y" 0)}}{{$_ := merge $a (dict "x" 2 "z" 3 "n" (dict "y" 5))}}{{$a}}':
        'map[n:map[y:5] x:1 z:3]',
      '{{mergeOverwrite (dict "x" 1 "l" (list 1)) (dict "x" 0 "l" (list))}}': 'map[l:[] x:0]',
      '{{$a := dict "n" (dict "y" 1)}}{{$b := deepCopy $a}}{{$_ := set $b.n "y" 2}}{{$a}}{{$b}}':
        'map[n:map[y:1]]map[n:map[y:2]]',
    });
  });

  it('let one choose', () => {
    check({
      '{{default "d" ""}} {{default "d" "v"}} {{coalesce 0 "" "x"}} {{ternary "y" "n" true}} {{empty (list)}} {{all 1 0}} {{any 0 1}}':
        'd v x y true false true',
    });
  });
});

describe('JSON', () => {
  it('is written and read as by encoding/json', () => {
    check({
      '{{dict "b" "<a>" "a" (list 1 1.5 nil true) | toJson}}':
        '{"a":[1,1.5,null,true],"b":"\\u003ca\\u003e"}',
      '{{dict "b" "<" "l" (list) | toRawJson}} {{dict "a" (dict) "b" (list 1) | toPrettyJson}}':
        '{"b":"<","l":[]} {\n  "a": {},\n  "b": [\n    1\n  ]\n}',
      '{{1e21 | toJson}} {{1e20 | toJson}} {{0.0000001 | toJson}}': '1e+21 100000000000000000000 1e-7',
      '{{(fromJson "{\\"a\\": [1, \\"\\\\u00e9\\"]}").a}} {{fromJson "x"}}': '[1 é] <no value>',
    });
    expect(failure('{{mustFromJson "{"}}')).toBe('error calling mustFromJson: unexpected end of JSON input');
    expect(failure(`{{mustFromJson "[1,]"}}`)).toContain(
      `invalid character ']' looking for beginning of value`,
    );
  });
});

describe('patterns, paths and encodings', () => {
  it('are those of Go', () => {
    check({
      '{{regexMatch "^a+$" "aa"}} {{regexFind "b+" "abbc"}} {{regexFindAll "[0-9]" "1a2b3" 2}} {{regexFindAll "x" "a" -1 | toJson}}':
        'true bb [1 2] null',
      '{{regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W"}} {{regexReplaceAll "a(x*)b" "-ab-" "$1W"}} {{regexReplaceAllLiteral "a" "aa" "$1"}}':
        '-W-xxW- -- $1$1',
      '{{regexSplit "z+" "pizza" -1}} {{regexQuoteMeta "1.2"}}': '[pi a] 1\\.2',
      '{{base "/a/b.c"}} {{dir "/a/b"}} {{ext "a.b.c"}} {{clean "/a/../b//c"}} {{isAbs "/a"}} {{base ""}}':
        'b.c /a .c /b/c true .',
      '{{b64enc "hé"}} {{b64dec "aMOp"}} {{b64dec "!"}} {{b32enc "a"}} {{b32dec "ME======"}}':
        'aMOp hé illegal base64 data at input byte 0 ME====== a',
      '{{sha1sum "a"}} {{adler32sum "hello"}}': '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8 103547413',
    });
    expect(failure('{{mustRegexMatch "(" "a"}}')).toContain(
      'error calling mustRegexMatch: error parsing regexp: missing closing )',
    );
  });

  it('take linear time', () => {
    expect(render(`{{regexMatch "^(a+)+$" .s}}`, { s: `${'a'.repeat(50_000)}b` })).toBe('false');
  });
});

describe('dates, versions and URLs', () => {
  it('are those of Go', () => {
    const sprig = { now: () => Date.UTC(2024, 1, 29, 13, 4, 5, 60), localZone: 'Europe/Berlin' };
    const at = (template: string) => render(template, {}, { sprig });
    expect(at('{{now}}')).toBe('2024-02-29 14:04:05.06 +0100 GMT+1'.replace('GMT+1', '+01'));
    expect(at('{{now | date "Mon Jan _2 15:04:05.000 2006 Z07:00"}}')).toBe(
      'Thu Feb 29 14:04:05.060 2024 +01:00',
    );
    expect(at('{{dateInZone "3:04PM MST" now "America/New_York"}}')).toBe('8:04AM EST');
    expect(at('{{(now.AddDate 1 0 0).Format "2006-01-02"}} {{now.Weekday}} {{now.YearDay}}')).toBe(
      '2025-03-01 Thursday 60',
    );
    expect(
      at(
        '{{ago (toDate "2006-01-02 15:04" "2024-02-29 13:00")}} {{durationRound "2400h"}} {{duration "95"}}',
      ),
    ).toBe('1h4m5s 3mo 1m35s');
    expect(at('{{(toDate "02 Jan 06 15:04 MST" "01 Jul 23 12:00 UTC").Unix}}')).toBe('1688212800');
    expect(failure('{{mustToDate "2006-01-02" "2023-02-30"}}')).toContain(
      'parsing time "2023-02-30": day out of range',
    );
    check({
      '{{semverCompare "^1.2" "1.9.0"}} {{(semver "1.2.3-a+b").Prerelease}} {{semver "v1.2"}} {{(semver "1.2.3").IncMinor}}':
        'true a 1.2.0 1.3.0',
      '{{(urlParse "http://u:p@h:8080/p%20q?x=1#f").path}} {{urlJoin (dict "scheme" "http" "host" "h" "path" "/a b" "userinfo" "u:p")}}':
        '/p q http://u:p@h/a%20b',
    });
  });
});

describe('keys, certificates and passwords', () => {
  it('fit together', async () => {
    const { X509Certificate } = await import('node:crypto');
    const json = render(
      '{{$ca := genCAWithKey "ca" 10 (genPrivateKey "ecdsa")}}{{$c := genSignedCertWithKey "web" (list "10.0.0.1" "::1") (list "web.local") 5 $ca (genPrivateKey "ecdsa")}}{{dict "ca" $ca.Cert "cert" $c.Cert "key" (hasPrefix "-----BEGIN EC PRIVATE KEY" $c.Key) | toJson}}',
      {},
      { sprig: { certificates: fixedCertificates() } },
    );
    const made = JSON.parse(json) as { ca: string; cert: string; key: boolean };
    const [ca, cert] = [new X509Certificate(made.ca), new X509Certificate(made.cert)];
    expect(cert.verify(ca.publicKey)).toBe(true);
    expect(cert.checkIssued(ca)).toBe(true);
    expect(ca.ca).toBe(true);
    expect(cert.subjectAltName).toBe('DNS:web.local, IP Address:10.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(made.key).toBe(true);
    expect(failure('{{genSignedCert "cn" (list "bad") nil 1 (genCA "x" 1)}}')).toContain(
      'error parsing ip: bad',
    );
  });

  it('are made of the randomness that the caller gives', () => {
    check({
      '{{encryptAES "k" "text" | decryptAES "k"}} {{decryptAES "secretkey" "30tEfhuJSVRhpG97XCuWgz2okj7L8vQ1s6V9zVUPeDQ="}}':
        'text plaintext',
      '{{derivePassword 1 "pin" "p" "u" "s"}} {{htpasswd "us:er" "p"}} {{len (randAlphaNum 8)}}':
        '2461 invalid username: us:er 8',
      '{{regexMatch "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$" uuidv4}}': 'true',
      '{{hasPrefix "$2a$10$" (bcrypt "x")}}': 'true',
    });
    expect(failure('{{getHostByName "a"}}')).toContain('invalid argument to Intn');
    expect(render('{{getHostByName "a"}}', {}, { sprig: { lookupHost: () => ['1.2.3.4'] } })).toBe('1.2.3.4');
    expect(
      render('{{env "A"}}{{env "B"}} {{expandenv "$A-${A}"}}', {}, { sprig: { environment: { A: 'x' } } }),
    ).toBe('x x-x');
  });
});

/** Both ways of execution have to be given the same keys. */
function fixedCertificates() {
  const answers = new Map<string, string>();
  let calls = 0;
  const maker = platformCertificates();
  const remember = (what: string, make: () => string): string => {
    const key = `${what}${calls++ % 4}`;
    const known = answers.get(key) ?? make();
    answers.set(key, known);
    return known;
  };
  return {
    ...maker,
    generateKey: (type: 'ecdsa' | 'rsa' | 'dsa' | 'ed25519' | 'rsa-2048') =>
      remember('key', () => maker.generateKey(type)),
    sign: (...args: Parameters<typeof maker.sign>) => remember('sign', () => maker.sign(...args)),
  };
}
