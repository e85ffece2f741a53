// The HTTP guard, over raw sockets: what no honest client sends is refused, the connection
// ends, and nothing that stands behind it in the same connection is ever read as a request.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Hjemsvar, run } from './lib/hjemsvar.mjs';
import { Raw } from './lib/raw.mjs';
import { drawNumber, encodeForm, request, startServer } from './lib/server.mjs';

const BODY_MAX = 96 * 1024;
const FIELDS_MAX = 640;
const FIELD_NAME_MAX = 64;

let hjemsvar;
let server;
let code;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  code = (await hjemsvar.createRound()).links[0].code;
  server = await startServer(hjemsvar.env);
});

after(async () => {
  await server?.stop();
  await hjemsvar?.drop();
});

const lines = (...all) => all.map((line) => `${line}\r\n`).join('') + '\r\n';
const get = (target, ...headers) =>
  lines(`GET ${target} HTTP/1.1`, 'Host: svar.example', ...headers);
const urlencoded = 'Content-Type: application/x-www-form-urlencoded';
const post = (body, ...headers) =>
  lines(`POST /S/${code} HTTP/1.1`, 'Host: svar.example', urlencoded, ...headers) + body;
const honestPost = (body, ...headers) => post(body, `Content-Length: ${body.length}`, ...headers);
const answer = (number) => encodeForm({ submission: number, action: 'send', q3: 1, q7: 2 });

// An answer that would be stored if the server took it for a request.
const smuggled = (behind) =>
  honestPost(`${answer(drawNumber())}&q10=${encodeURIComponent(`smuggled behind ${behind}`)}`);

// Sends bytes with an answer smuggled behind them; gives the statuses of all replies.
async function refusal(what, bytes) {
  const raw = await Raw.connect(server.respondents);
  raw.write(bytes + smuggled(what));
  const replies = await raw.end();
  for (const reply of replies) assert.equal(reply.headers.connection?.toLowerCase(), 'close');
  return replies.map(({ status }) => status);
}

// What libmicrohttpd itself refuses: before 1.0 it hangs up without a word.
const { stdout: libmicrohttpd } = await run('pkg-config', ['--modversion', 'libmicrohttpd']);
const fromOneOn = (status) => (libmicrohttpd.startsWith('0.') ? null : status);

// [what, bytes, status]; no status: libmicrohttpd hangs up without a word.
const REFUSED = [
  // Two servers in a row could disagree where the body ends (RFC 9112, section 11.2).
  ['two equal Content-Length', () => post('a=b', 'Content-Length: 3', 'Content-Length: 3'), 400],
  ['two different Content-Length', () => post('a=b', 'Content-Length: 3', 'Content-Length: 0'), 400],
  ['two Content-Length in other case', () => post('a=b', 'content-length: 3', 'CONTENT-LENGTH: 3'), 400],
  ['a Content-Length that is a list', () => post('a=b', 'Content-Length: 3, 3'), 400],
  ['a Content-Length with a sign', () => post('a=b', 'Content-Length: +3'), 400],
  ['a negative Content-Length', () => post('a=b', 'Content-Length: -3'), 400],
  ['a hexadecimal Content-Length', () => post('a=b', 'Content-Length: 0x3'), 400],
  ['an empty Content-Length', () => post('a=b', 'Content-Length:'), 400],
  ['a huge Content-Length', () => post('a=b', 'Content-Length: 9999999999999999'), 413],
  ['a Content-Length beyond 64 bits', () => post('a=b', 'Content-Length: 18446744073709551619'), 413],
  ['a blank before the colon', () => post('a=b', 'Content-Length : 3'), 400],
  ['a tab before the colon', () => post('a=b', 'Content-Length\t: 3'), 400],
  ['Transfer-Encoding chunked', () => post('3\r\na=b\r\n0\r\n\r\n', 'Transfer-Encoding: chunked'), 400],
  ['Transfer-Encoding on a GET', () => get('/privacy', 'Transfer-Encoding: chunked') + '0\r\n\r\n', 400],
  ['Transfer-Encoding identity', () => post('a=b', 'Transfer-Encoding: identity', 'Content-Length: 3'), 400],
  ['Transfer-Encoding in other case', () => post('0\r\n\r\n', 'tRANSFER-eNCODING: cHUNKED'), 400],
  ['Transfer-Encoding of an unknown kind', () => post('0\r\n\r\n', 'Transfer-Encoding: xchunked'), 400],
  ['Transfer-Encoding with Content-Length', () => post('0\r\n\r\n', 'Content-Length: 5', 'Transfer-Encoding: chunked'), 400],
  ['Content-Length with Transfer-Encoding', () => post('0\r\n\r\n', 'Transfer-Encoding: chunked', 'Content-Length: 5'), 400],
  ['a folded Transfer-Encoding', () => post('0\r\n\r\n', 'Transfer-Encoding:', '\tchunked'), 400],
  ['a folded Content-Length', () => post('a=b', 'Content-Length: 3', ' 0'), 400],
  ['a folded Host', () => lines('GET /privacy HTTP/1.1', 'Host:', ' svar.example'), 400],
  ['a fold before the first header', () => lines('GET /privacy HTTP/1.1', ' X: y', 'Host: svar.example'), 400],
  ['a GET with a body', () => get('/privacy', 'Content-Length: 3') + 'abc', 400],
  ['an Expect on a GET', () => get('/privacy', 'Expect: 100-continue'), 400],

  // Whom it is for.
  ['two Host', () => get('/privacy', 'Host: svar.example'), 400],
  ['two different Host', () => get('/privacy', 'Host: other.example'), 400],
  ['no Host', () => lines('GET /privacy HTTP/1.1'), 400],
  ['an absolute URI', () => get('http://svar.example/privacy'), 400],
  ['a target without a slash', () => get('privacy'), 400],

  // Paths that are read in more than one way.
  ['a .. segment', () => get('/S/../privacy'), 400],
  ['a .. at the end', () => get('/S/..'), 400],
  ['an encoded .. segment', () => get('/S/%2e%2e/privacy'), 400],
  ['an encoded .. with an encoded slash', () => get('/S/%2e%2e%2fprivacy'), 400],
  ['a half encoded ..', () => get('/S/.%2E/privacy'), 400],
  ['a back-slash', () => get('/S\\..\\privacy'), 400],
  ['%00 in the path', () => get('/privacy%00.html'), 400],
  ['%00 in the query', () => get('/privacy?lang=da%00'), 400],
  ['a path that is no UTF-8', () => get('/S/%ff'), 400],
  ['a query that is no UTF-8', () => get('/?code=%ff'), 400],
  ['a name in the query that is no UTF-8', () => get('/?%c3=x'), 400],
  ['a control byte in the path', () => get('/priv\x01acy'), 400],
  ['a DEL in the path', () => get('/priv\x7facy'), 400],
  ['a blank in the path', () => get('/priv acy'), fromOneOn(400)],

  // Headers.
  ['a header name with a blank', () => get('/privacy', 'X Y: z'), 400],
  ['a header name with a bracket', () => get('/privacy', 'X(Y): z'), 400],
  ['a header name with a byte above 127', () => get('/privacy', 'X\xe6: z'), 400],
  ['a header line without a colon', () => get('/privacy', 'nonsense'), 400],
  ['a control byte in a value', () => get('/privacy', 'X-Y: a\x01b'), 400],
  ['a DEL in a value', () => get('/privacy', 'X-Y: a\x7fb'), 400],
  ['a lone CR in a value', () => get('/privacy', 'X-Y: a\rb'), 400],
  ['300 headers', () => get('/privacy', ...Array.from({ length: 300 }, (_, i) => `X-${i}: ${i}`)), 431],
  ['a header of 20 KiB', () => get('/privacy', `X-Y: ${'z'.repeat(20 * 1024)}`), 431],
  ['a request line of 20 KiB', () => get(`/${'z'.repeat(20 * 1024)}`), 414],

  // Methods and versions.
  ['TRACE', () => lines('TRACE / HTTP/1.1', 'Host: svar.example'), 400],
  ['PUT', () => lines('PUT /privacy HTTP/1.1', 'Host: svar.example', 'Content-Length: 3') + 'abc', 400],
  ['DELETE', () => lines('DELETE /privacy HTTP/1.1', 'Host: svar.example'), 400],
  ['CONNECT', () => lines('CONNECT svar.example:443 HTTP/1.1', 'Host: svar.example'), 400],
  ['OPTIONS *', () => lines('OPTIONS * HTTP/1.1', 'Host: svar.example'), 400],
  ['an unknown method', () => lines('BREW / HTTP/1.1', 'Host: svar.example'), 400],
  ['a method in lower case', () => lines('get /privacy HTTP/1.1', 'Host: svar.example'), 400],
  ['a line of HTTP/0.9', () => 'GET /privacy\r\n\r\n', 400],
  ['a method alone', () => 'GET\r\n\r\n', null],
  ['HTTP/2.0', () => lines('GET /privacy HTTP/2.0', 'Host: svar.example'), 505],
  ['the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
  ['HTTP/1.2', () => lines('GET /privacy HTTP/1.2', 'Host: svar.example'), 400],
  ['another protocol', () => lines('GET /privacy RTSP/1.0', 'Host: svar.example'), 400],
  ['a handshake of TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', null],

  // Bodies beyond what a form can be.
  ['a body of 96 KiB and a byte', () => honestPost(`a=${'b'.repeat(BODY_MAX - 1)}`), 413],
  ['more arguments than a connection has room for', () => get(`/privacy?${'a&'.repeat(200)}`), fromOneOn(431)],
  ['a large body for the withdrawal', () => honestPost(`receipt=${'0'.repeat(4096)}`).replace(' HTTP', '/withdraw HTTP'), 413],
  ['too many fields', () => honestPost(numberedFields(FIELDS_MAX + 1)), 400],
  ['a field given twice', () => honestPost('q3=1&q3=2'), 400],
  ['a field name of 65 bytes', () => honestPost(`${'a'.repeat(FIELD_NAME_MAX + 1)}=b`), 400],
  ['a body of no type', () => honestPost('a=b').replace(`${urlencoded}\r\n`, ''), 415],
  ['a multipart body', () => honestPost('a=b').replace('x-www-form-urlencoded', 'multipart'), 415],
];

const numberedFields = (count) => Array.from({ length: count }, (_, i) => `f${i}=1`).join('&');

describe('refused, and what stands behind it is never answered:', () => {
  for (const [what, bytes, status] of REFUSED) {
    test(what, async () => {
      assert.deepEqual(await refusal(what, bytes()), status === null ? [] : [status]);
    });
  }

  test('a HEAD with a body', async () => {
    const raw = await Raw.connect(server.respondents);
    raw.write(get('/privacy', 'Content-Length: 3').replace('GET', 'HEAD') + 'abc' + smuggled('a HEAD with a body'));
    await raw.end();
    assert.match(raw.received, /^HTTP\/1\.1 400 /);
    assert.equal(raw.received.split('HTTP/1.1 ').length, 2, raw.received);
  });

  test('anything on a connection that a 404 has ended', async () => {
    assert.deepEqual(await refusal('a 404', get('/nothing')), [404]);
  });

  test('and none of the smuggled answers was stored', async () => {
    const stored = await hjemsvar.sql("SELECT answers->>'q10' FROM submission");
    assert.deepEqual(stored, []);
  });
});

describe('honest requests are served:', () => {
  test('many one after the other on one connection', async () => {
    const raw = await Raw.connect(server.respondents);
    for (let i = 1; i <= 50; i++) {
      raw.write(i % 2 === 0 ? get('/privacy') : honestPost('page=intro&action=next'));
      const reply = (await raw.replies(i))[i - 1];
      assert.equal(reply.status, 200);
    }
    raw.close();
  });

  test('pipelined ones are answered in order', async () => {
    const number = drawNumber();
    const raw = await Raw.connect(server.respondents);
    raw.write(
      get('/privacy') +
        honestPost(answer(number), 'Accept: application/json') +
        get('/was') +
        honestPost(answer(number), 'Accept: application/json') +
        get(`/S/${code}/qr.svg`),
    );
    const replies = await raw.replies(5);
    raw.close();
    assert.deepEqual(replies.map(({ status }) => status), [200, 201, 200, 200, 200]);
    assert.equal(replies[1].text, replies[3].text, 'a repeat gets the same receipt');
    assert.match(replies[4].headers['content-type'], /^image\/svg\+xml/);
  });

  test('one that comes byte by byte', async () => {
    const raw = await Raw.connect(server.respondents);
    const bytes = honestPost(answer(drawNumber()), 'Accept: application/json');
    for (const byte of bytes) {
      raw.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal((await raw.replies(1))[0].status, 201);
    raw.close();
  });

  test('HTTP/1.0 without Host, closed after the reply', async () => {
    const raw = await Raw.connect(server.respondents);
    raw.write(lines('GET /privacy HTTP/1.0'));
    assert.deepEqual((await raw.end()).map(({ status }) => status), [200]);
  });

  test('HTTP/1.0 kept alive when asked for', async () => {
    const raw = await Raw.connect(server.respondents);
    for (const count of [1, 2]) {
      raw.write(lines('GET /privacy HTTP/1.0', 'Connection: keep-alive'));
      assert.equal((await raw.replies(count))[count - 1].status, 200);
    }
    raw.close();
  });

  test('closed after the reply when asked for', async () => {
    const raw = await Raw.connect(server.respondents);
    raw.write(get('/privacy', 'Connection: close'));
    assert.deepEqual((await raw.end()).map(({ status }) => status), [200]);
  });

  test('a HEAD has no body, and a GET follows it', async () => {
    const raw = await Raw.connect(server.respondents);
    raw.write(get('/privacy').replace('GET', 'HEAD'));
    await raw.until(() => raw.received.includes('\r\n\r\n'));
    const head = raw.received;
    assert.match(head, /^HTTP\/1\.1 200 /);
    assert.ok(head.endsWith('\r\n\r\n'), head);
    raw.write(get('/was'));
    await raw.until(() => raw.received.slice(head.length).includes('</html>'));
    raw.close();
  });

  test('a body that waits for 100 Continue', async () => {
    const raw = await Raw.connect(server.respondents);
    const body = answer(drawNumber());
    raw.write(post('', `Content-Length: ${body.length}`, 'Expect: 100-continue'));
    assert.equal((await raw.replies(1))[0].status, 100);
    raw.write(body);
    assert.equal((await raw.replies(2))[1].status, 201);
    raw.close();
  });

  test('a body of exactly 96 KiB, and as many fields as there may be', async () => {
    for (const body of [`a=${'b'.repeat(BODY_MAX - 2)}`, numberedFields(FIELDS_MAX)]) {
      const reply = await request(server.respondents, `/S/${code}`, { body });
      assert.equal(reply.status, 200);
    }
  });

  test('headers of 6 KiB', async () => {
    const headers = { 'X-Y': 'z'.repeat(6 * 1024) };
    assert.equal((await request(server.respondents, '/privacy', { headers })).status, 200);
  });

  test('two dots that are no segment of their own', async () => {
    assert.equal((await request(server.respondents, '/a..b')).status, 404);
  });
});

describe('every reply of ours carries the security headers:', () => {
  const json = { Accept: 'application/json' };
  const CASES = [
    ['a page', '/', {}, 200],
    ['the questionnaire', () => `/S/${code}`, {}, 200],
    ['the packed questionnaire', () => `/S/${code}`, { headers: { 'Accept-Encoding': 'gzip' } }, 200],
    ['a QR code', () => `/S/${code}/qr.svg`, {}, 200],
    ['a redirect', () => `/?code=${code}`, {}, 302],
    ['a refused request', '/%00', {}, 400],
    ['a missing page', '/nothing', {}, 404],
    ['a missing page as JSON', '/nothing', { headers: json }, 404],
    ['a wrong method', '/privacy', { form: { a: 1 } }, 405],
    ['a body too large', () => `/S/${code}`, { body: 'a'.repeat(BODY_MAX + 1) }, 413],
    ['a body of a wrong type', () => `/S/${code}`, { body: '{}', headers: { 'Content-Type': 'application/json' } }, 415],
  ];
  for (const [what, target, options, status] of CASES) {
    test(what, async () => {
      const path = typeof target === 'function' ? target() : target;
      const { status: given, headers } = await request(server.respondents, path, options);
      assert.equal(given, status);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      const policy = headers['content-security-policy'];
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe-|\*|http/);
      assert.equal(headers['set-cookie'], undefined);
      if (status === 405) assert.equal(headers.allow, 'GET, HEAD');
    });
  }
});

test('each listener serves its own routes and no other', async () => {
  const CASES = [
    ['respondents', '/privacy', 200],
    ['respondents', '/healthz', 404],
    ['respondents', '/metrics', 404],
    ['operations', '/healthz', 200],
    ['operations', '/readyz', 200],
    ['operations', '/metrics', 200],
    ['operations', '/privacy', 404],
    ['operations', `/S/${code}`, 404],
    ['console', '/privacy', 404],
    ['console', `/S/${code}`, 404],
    ['console', '/healthz', 404],
  ];
  for (const [listener, path, status] of CASES) {
    const reply = await request(server[listener], path);
    assert.equal(reply.status, status, `${path} of ${listener}`);
  }
});
