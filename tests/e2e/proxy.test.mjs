// The examples of deploy/nginx and deploy/haproxy in front of the server: a parent's way through
// TLS and HTTP/2, and what the proxies write down of it. Names, ports and paths are replaced,
// nothing else.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import http from 'node:http';
import http2 from 'node:http2';
import { join } from 'node:path';
import tls from 'node:tls';
import { after, before, describe, test } from 'node:test';

import { Hjemsvar, checkout, run } from './lib/hjemsvar.mjs';
import { freePort } from './lib/port.mjs';
import { drawNumber, encodeForm, eventually } from './lib/server.mjs';
import { Console } from './lib/staff.mjs';

const PARENTS = 'svar.example.dk';
const CONSOLE = 'konsol.example.dk';
const CLIENT = '127.0.0.9';
// Where the proxies listen, and nobody else.
const ENCRYPTED = '127.0.0.3';
const PLAIN = '127.0.0.4';
const CLAIMED = '192.0.2.77';

let hjemsvar;
let code;
let sheet; // a home educator's link to the registration sheet
let server;
let taken; // routes of the console that take a body
let echo; // in the console's place: says what headers came

before(async () => {
  hjemsvar = await Hjemsvar.create();
  code = (await hjemsvar.createRound()).links[0].code;
  const desk = await Console.start(hjemsvar, { HJEMSVAR_TRUSTED_PROXIES: '127.0.0.1' });
  server = desk.server;
  await desk.account({ email: 'own@example.dk', role: 'municipality', municipality: 217 });
  const own = await desk.signIn('own@example.dk');
  const made = await own.post('/rounds/1/municipalities/217/courses/sheets', { name: 'Team Nord', days: 90 });
  sheet = /\/A\/(\w+)"/.exec(made.text)[1];
  const routes = await run(join(process.env.TEST_BUILD, 'hjemsvar-server'), ['--print-routes']);
  const posts = JSON.parse(routes.stdout).filter(({ listener, method }) => listener === 'console' && method === 'POST');
  const bySize = new Map(posts.map((route) => [`${route.body_max_bytes} ${/\w*$/.exec(route.pattern)}`, route]));
  taken = [...bySize.values()];
  const signed = await run('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
    '-days', '2', '-subj', `/CN=${PARENTS}`, '-addext', `subjectAltName=DNS:${PARENTS},DNS:${CONSOLE}`,
    '-keyout', join(hjemsvar.folder, 'key.pem'), '-out', join(hjemsvar.folder, 'cert.pem'),
  ]);
  assert.equal(signed.code, 0, signed.stderr);
});

after(async () => {
  await server?.stop();
  await hjemsvar?.drop();
});

// nginx waits for the whole form and tells its length; HAProxy cannot, and says so.
const LENGTHLESS = { nginx: 201, haproxy: 411 };

const close = (listener) => new Promise((resolve) => listener.close(resolve));

function replaceAll(text, pairs) {
  for (const [from, to] of pairs) {
    assert.ok(text.includes(from), `the example does not say ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

const portOf = (url) => new URL(url).port;
const upstreams = () => [
  ['127.0.0.1:8080', `127.0.0.1:${portOf(server.respondents)}`],
  ['127.0.0.1:8081', `127.0.0.1:${echo.address().port}`],
];

// Each gives {port, plain, command, words, check}: how the program is checked and started.
const PROXIES = {
  async nginx(folder) {
    const [port, plain] = [await freePort(ENCRYPTED), await freePort(PLAIN)];
    const example = await readFile(join(checkout, 'deploy/nginx/hjemsvar.conf'), 'utf8');
    const site = replaceAll(example, [
      ...upstreams(),
      ['listen 443 ssl', `listen ${ENCRYPTED}:${port} ssl`],
      ['listen 80', `listen ${PLAIN}:${plain}`],
      ['/etc/ssl/hjemsvar/svar', join(folder, 'cert')],
      ['/etc/ssl/hjemsvar/konsol', join(folder, 'cert')],
      ['/var/log/nginx/', `${folder}/log/`],
    ]);
    await writeFile(join(folder, 'site.conf'), site);
    for (const name of ['cert.pem', 'key.pem'])
      await writeFile(join(folder, name.replace('key.pem', 'cert.key')), await readFile(join(hjemsvar.folder, name)));
    const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/temp-${name};`,
    );
    const config = join(folder, 'nginx.conf');
    const whole = `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/log/main.log;
      events {} http { ${places.join(' ')} include ${folder}/site.conf; }`;
    await writeFile(config, whole);
    const words = ['-e', `${folder}/log/main.log`, '-c', config];
    return { port, plain, program: 'nginx', words, check: [...words, '-t'], stop: 'SIGQUIT' };
  },

  async haproxy(folder) {
    const [port, plain] = [await freePort(ENCRYPTED), await freePort(PLAIN)];
    const example = await readFile(join(checkout, 'deploy/haproxy/haproxy.cfg'), 'utf8');
    const text = replaceAll(example, [
      ...upstreams(),
      ['bind :443', `bind ${ENCRYPTED}:${port}`],
      ['bind :80', `bind ${PLAIN}:${plain}`],
      ['port 8082', `port ${portOf(server.operations)}`],
      ['/etc/haproxy/certs/', join(folder, 'both.pem')],
      ['log /dev/log local0', 'log stdout format raw local0'],
      ['    user haproxy\n    group haproxy\n    chroot /var/lib/haproxy\n', ''],
    ]);
    const config = join(folder, 'haproxy.cfg');
    await writeFile(config, text);
    const both = await Promise.all(
      ['cert.pem', 'key.pem'].map((name) => readFile(join(hjemsvar.folder, name))),
    );
    await writeFile(join(folder, 'both.pem'), Buffer.concat(both));
    return { port, plain, program: 'haproxy', words: ['-f', config], check: ['-c', '-f', config], stop: 'SIGUSR1' };
  },
};

// One request over HTTP/2; the client's own address is CLIENT. vague: it does not say how long its
// body is.
function ask(proxy, name, path, { headers = {}, body, vague = false } = {}) {
  return new Promise((resolve, reject) => {
    const session = http2.connect(`https://${name}`, {
      createConnection: () =>
        tls.connect({
          host: ENCRYPTED,
          port: proxy.port,
          localAddress: CLIENT,
          servername: name,
          ALPNProtocols: ['h2'],
          rejectUnauthorized: false,
        }),
    });
    session.once('error', reject);
    const call = session.request({
      ':path': path,
      ':method': body === undefined ? 'GET' : 'POST',
      ...(body === undefined ? {} : {
        'content-type': 'application/x-www-form-urlencoded',
        ...(vague ? {} : { 'content-length': Buffer.byteLength(body) }),
      }),
      ...headers,
    });
    let text = '';
    let reply;
    call.setEncoding('utf8');
    call.once('response', (got) => (reply = got));
    call.on('data', (piece) => (text += piece));
    call.once('error', reject);
    call.once('end', () => {
      session.close();
      resolve({ status: reply[':status'], headers: reply, text });
    });
    call.end(body);
  });
}

// Raw bytes over TLS: what comes back until the proxy closes.
function raw(proxy, bytes) {
  return new Promise((resolve) => {
    let back = '';
    const socket = tls.connect(
      { host: ENCRYPTED, port: proxy.port, localAddress: CLIENT, servername: PARENTS, rejectUnauthorized: false },
      () => socket.write(bytes),
    );
    socket.setEncoding('latin1');
    socket.on('data', (piece) => (back += piece));
    socket.on('error', () => {}); // a reset is an end too
    socket.on('close', () => resolve(back));
  });
}

async function start(name) {
  const folder = join(hjemsvar.folder, name);
  await mkdir(join(folder, 'log'), { recursive: true });
  const proxy = await PROXIES[name](folder);
  const checked = await run(proxy.program, proxy.check);
  assert.equal(checked.code, 0, checked.stderr);
  assert.doesNotMatch(checked.stderr, /warn|deprecated/i);
  proxy.said = '';
  proxy.child = spawn(proxy.program, proxy.words, { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [proxy.child.stdout, proxy.child.stderr])
    stream.on('data', (piece) => (proxy.said += piece));
  proxy.exited = once(proxy.child, 'close');
  proxy.folder = folder;
  await eventually(
    () => ask(proxy, PARENTS, '/privacy').catch((error) => ({ status: error.code })),
    ({ status }) => status === 200,
  );
  return proxy;
}

// Stops it and gives all that it wrote down.
async function written(proxy) {
  proxy.child.kill(proxy.stop);
  await proxy.exited;
  const names = await readdir(join(proxy.folder, 'log'));
  const logs = await Promise.all(names.map((name) => readFile(join(proxy.folder, 'log', name), 'utf8')));
  return [proxy.said, ...logs].join('\n');
}

for (const name of Object.keys(PROXIES)) {
  describe(`behind ${name}`, () => {
    let proxy;

    before(async () => {
      echo = http.createServer((request, reply) => {
        request.resume();
        request.on('end', () => reply.setHeader('Connection', 'close').end(JSON.stringify(request.headers)));
      });
      echo.listen(0, '127.0.0.1');
      await once(echo, 'listening');
      proxy = await start(name);
    });

    after(async () => {
      proxy?.child.kill('SIGKILL');
      await close(echo);
    });

    test('a parent answers over HTTP/2, and once', async () => {
      const page = await ask(proxy, PARENTS, `/S/${code}`);
      assert.equal(page.status, 200);
      assert.match(page.headers['strict-transport-security'], /max-age/);
      const body = encodeForm({ submission: drawNumber(), action: 'send', q3: '2' });
      const headers = { accept: 'application/json', 'x-forwarded-for': CLAIMED };
      const sent = await ask(proxy, PARENTS, `/S/${code}`, { headers, body });
      assert.equal(sent.status, 201, sent.text);
      assert.match(JSON.parse(sent.text).receipt, /./);
      assert.equal((await ask(proxy, PARENTS, `/S/${code}`, { headers, body })).status, 200);
    });

    test('a home educator registers a course over HTTP/2, and once', async () => {
      assert.equal((await ask(proxy, PARENTS, `/A/${sheet}`)).status, 200);
      const id = `F-12-${name}`;
      const body = encodeForm({ course_id: id, visits: '20', action: 'send' });
      for (let turn = 0; turn < 2; turn++)
        assert.equal((await ask(proxy, PARENTS, `/A/${sheet}`, { body })).status, 200);
      assert.deepEqual(await hjemsvar.sql(`SELECT visits FROM course WHERE course_id = '${id}'`), [['20']]);
      const large = await ask(proxy, PARENTS, `/A/${sheet}`, { body: 'course_id='.padEnd(97 * 1024, 'x') });
      assert.equal(large.status, 413);
    });

    test('a form that does not say how long it is, as HTTP/2 lets it, is taken or told so', async () => {
      const body = encodeForm({ submission: drawNumber(), action: 'send', q3: '2' });
      const headers = { accept: 'application/json' };
      const sent = await ask(proxy, PARENTS, `/S/${code}`, { headers, body, vague: true });
      assert.equal(sent.status, LENGTHLESS[name], sent.text);
      const empty = await ask(proxy, CONSOLE, '/api/v1/rounds/1/close', { body: '', vague: true });
      assert.equal(empty.status, 200, empty.text);
      assert.equal(JSON.parse(empty.text)['transfer-encoding'], undefined);
    });

    test('what a client claims of its address goes no further', async () => {
      const headers = {
        'x-forwarded-for': CLAIMED,
        forwarded: `for=${CLAIMED}`,
        'x-real-ip': CLAIMED,
      };
      const reply = await ask(proxy, CONSOLE, '/', { headers });
      assert.equal(JSON.parse(reply.text)['x-forwarded-for'], CLIENT);
      assert.ok(!reply.text.includes(CLAIMED), reply.text);
    });

    test('ambiguous and oversized requests are refused, and the operations are not there', async () => {
      const head = `POST /S/${code} HTTP/1.1\r\nHost: ${PARENTS}\r\nConnection: close\r\n`;
      const twice = await raw(proxy, `${head}Content-Length: 3\r\nContent-Length: 4\r\n\r\nq3=2`);
      assert.match(twice, /^HTTP\/1\.1 400/);
      const both = await raw(proxy, `${head}Content-Length: 4\r\nTransfer-Encoding: xchunked\r\n\r\nq3=2`);
      assert.match(both, /^HTTP\/1\.1 (400|501)/);
      const large = await ask(proxy, PARENTS, `/S/${code}`, { body: 'q10='.padEnd(97 * 1024, 'x') });
      assert.equal(large.status, 413);
      for (const path of ['/metrics', '/readyz', '/healthz'])
        assert.equal((await ask(proxy, PARENTS, path)).status, 404);
      await assert.rejects(ask(proxy, 'other.example.dk', '/'));
    });

    // The list is the server's own.
    test('whatever the console takes passes, and little more', async () => {
      for (const { pattern, body_max_bytes: most } of taken) {
        const path = pattern.replaceAll(/\{\w+\}/g, '101');
        const got = await ask(proxy, CONSOLE, path, { body: Buffer.alloc(most, 'x') });
        assert.equal(got.status, 200, `${pattern} with ${most} bytes`);
      }
      const form = await ask(proxy, CONSOLE, '/rounds/new', { body: Buffer.alloc(97 * 1024, 'x') });
      assert.equal(form.status, 413);
    });

    test('plain HTTP leads to TLS', async () => {
      const [reply] = await once(
        http.get({ host: PLAIN, port: proxy.plain, path: '/privacy', headers: { Host: PARENTS } }),
        'response',
      );
      reply.resume();
      assert.equal(reply.statusCode, 301);
      assert.equal(reply.headers.location, `https://${PARENTS}/privacy`);
    });

    test('no log names an address, a code or a path below it, also when the server is away', async () => {
      const wrong = `${code.slice(0, -1)}${code.endsWith('2') ? '3' : '2'}`;
      await ask(proxy, PARENTS, `/S/${wrong}`);
      await ask(proxy, PARENTS, `/${code}?code=${code}`);
      await ask(proxy, PARENTS, `/S//${code}`);
      await ask(proxy, PARENTS, `/A/${sheet}?kode=${sheet}`);
      await ask(proxy, PARENTS, `/a/${sheet.toLowerCase()}`);
      await close(echo);
      const away = await ask(proxy, CONSOLE, `/invitation/${code}`);
      assert.ok([502, 503].includes(away.status), String(away.status));
      const log = await written(proxy);
      assert.match(log, /\/S\/ (200|201)/, 'it was written at all');
      assert.match(log, /\/A\/ 200/, 'a sheet, too');
      assert.match(log, /50[23]/);
      for (const secret of [code, wrong, sheet, CLIENT, CLAIMED])
        assert.ok(!log.toLowerCase().includes(secret.toLowerCase()), log);
    });
  });
}
