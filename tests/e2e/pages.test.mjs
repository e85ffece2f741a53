// The pages around the questionnaire, codes as people type them, headers of every reply, the
// listener of the operators.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';

import { Hjemsvar, requiredSettings, run } from './lib/hjemsvar.mjs';
import {
  Parent,
  drawNumber,
  eventually,
  postForm,
  request,
  sendJson,
  startServer,
} from './lib/server.mjs';

let hjemsvar;
let server;
let round;
let code;
let link;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  const created = await hjemsvar.createRound('--languages', 'da,en', '--allow-drafts');
  round = created.round;
  [link] = created.links;
  ({ code } = link);
  server = await startServer(hjemsvar);
});

after(async () => {
  await server?.stop();
  await hjemsvar?.drop();
});

const json = { Accept: 'application/json' };
const get = (target, headers = {}) => request(server.respondents, target, { headers });

// ---- codes

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

// Luhn mod 32 as the interface states it: factor 2 on the rightmost, digits summed in base 32.
function checkCharacter(payload) {
  let sum = 0;
  [...payload].reverse().forEach((digit, i) => {
    const product = DIGITS.indexOf(digit) * (i % 2 === 0 ? 2 : 1);
    sum += Math.floor(product / 32) + (product % 32);
  });
  return DIGITS[(32 - (sum % 32)) % 32];
}

const otherCode = () => {
  const payload = [...code.slice(0, 6)];
  payload[0] = DIGITS[(DIGITS.indexOf(payload[0]) + 5) % 32];
  return payload.join('') + checkCharacter(payload.join(''));
};

const mistyped = () => code.slice(0, 6) + DIGITS[(DIGITS.indexOf(code[6]) + 1) % 32];

test('gives links whose last character is the check of the others', () => {
  assert.equal(checkCharacter('7KQ4M2'), 'V');
  assert.equal(checkCharacter(code.slice(0, 6)), code[6]);
});

test('opens the questionnaire however the code is typed', async () => {
  const typed = [
    code,
    code.toLowerCase(),
    `${code.slice(0, 3)}-${code.slice(3)}`,
    `${code.slice(0, 2)}-${code.slice(2, 4)}-${code.slice(4).toLowerCase()}-`,
    code.replaceAll('1', 'I').replaceAll('0', 'O'),
    code.replaceAll('1', 'l').replaceAll('0', 'o'),
    `${code.slice(0, 3)}%20${code.slice(3)}`,
  ];
  const page = (await get(`/S/${code}`)).text;
  for (const one of typed) {
    for (const path of [`/S/${one}`, `/s/${one}`]) {
      const reply = await get(path);
      assert.equal(reply.status, 200, path);
      assert.equal(reply.text, page, path);
    }
  }
});

test('reads I and L as 1 and O as 0', async () => {
  const payload = '10101' + DIGITS[7];
  const own = payload + checkCharacter(payload);
  await hjemsvar.sql(`UPDATE link SET code = '${own}' WHERE round = ${round} AND municipality = 217`);
  await eventually(() => get(`/S/${own}`), ({ status }) => status === 200);
  for (const typed of ['IOIOI', 'loLOl', 'iolO1'])
    assert.equal((await get(`/S/${typed}${own.slice(5)}`)).status, 200, typed);
});

test('takes an answer by a code as it was typed', async () => {
  const typed = `${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase();
  assert.equal((await sendJson(server, typed, { q3: 1 })).status, 201);
});

for (const [what, make, error, title] of [
  ['mistyped', mistyped, 'code_mistyped', 'Koden er ikke rigtig'],
  ['too short', () => code.slice(0, 6), 'code_mistyped', 'Koden er ikke rigtig'],
  ['too long', () => `${code}0`, 'code_mistyped', 'Koden er ikke rigtig'],
  ['far too long', () => code.repeat(20), 'code_mistyped', 'Koden er ikke rigtig'],
  ['no code at all', () => '%C3%A6%3Cb%3E', 'code_mistyped', 'Koden er ikke rigtig'],
  ['unknown', otherCode, 'code_unknown', 'Vi kender ikke koden'],
]) {
  test(`says that a code is ${what}`, async () => {
    const typed = make();
    for (const target of [`/S/${typed}`, `/S/${typed}/qr.svg`, `/S/${typed}/withdraw`]) {
      const reply = await get(target, json);
      assert.deepEqual([reply.status, reply.json()], [404, { error }], target);
      const page = await get(target);
      assert.deepEqual([page.status, page.page().title], [404, title], target);
      assert.equal(page.headers['cache-control'], 'no-store');
    }
    const sent = await sendJson(server, typed, { q3: 1 });
    assert.deepEqual([sent.status, sent.json()], [404, { error }]);
    const posted = await postForm(server, `/S/${typed}`, { page: 'intro', action: 'next' });
    assert.deepEqual([posted.status, posted.page().title], [404, title]);
  });
}

// ---- the front page and the others

test('asks for the code on the front page and leads to it', async () => {
  const front = await get('/');
  assert.equal(front.status, 200);
  assert.equal(front.page().title, 'Skriv koden fra brevet');
  assert.equal(front.page().texts[0].name, 'code');
  const typed = `${code.slice(0, 3)}-${code.slice(3)}`.toLowerCase();
  const led = await get(`/?code=${typed}`);
  assert.deepEqual([led.status, led.headers.location], [302, `/S/${code}`]);
});

test('gives a mistyped code back on the front page', async () => {
  const typed = `${mistyped().toLowerCase()} "<æ>`;
  const reply = await get(`/?code=${encodeURIComponent(typed)}`);
  assert.equal(reply.status, 404);
  assert.equal(reply.page().texts[0].value, typed);
  assert.ok(reply.text.includes('Der er en tastefejl i koden.'));
});

test('gives what is far too long not back', async () => {
  const reply = await get(`/?code=${'A'.repeat(100)}`);
  assert.equal(reply.status, 404);
  assert.equal(reply.page().texts[0].value, '');
});

test('shows every setting in the privacy notice, escaped', async () => {
  for (const key of requiredSettings)
    await hjemsvar.ok('settings', 'set', key, `Om ${key} & <b>"æøå"</b>`);
  const reply = await eventually(
    () => get('/privacy'),
    ({ text }) => text.includes('Om help_contact &amp;'),
  );
  assert.equal(reply.status, 200);
  for (const key of requiredSettings) {
    const shown = reply.page().paragraphs.some((part) => part.includes(`Om ${key} & <b>"æøå"</b>`));
    assert.ok(shown, key);
  }
  assert.ok(reply.page().headings.includes('Kontrol af gentagne svar'), 'the tags are named');
  assert.ok(!reply.text.includes('<b>'));
  assert.equal((await get('/privacy?lang=en')).page().lang, 'en');
  assert.equal((await get('/privacy?lang=xx')).page().lang, 'da');
});

test('leads to the accessibility statement once there is one', async () => {
  const before = await get('/was');
  assert.equal(before.status, 200);
  assert.equal(before.page().title, 'Tilgængelighedserklæring');
  const address = 'https://www.was.digst.dk/svar-example';
  await hjemsvar.ok('settings', 'set', 'accessibility_statement', address);
  const led = await eventually(() => get('/was'), ({ status }) => status === 302);
  assert.equal(led.headers.location, address);
  await hjemsvar.ok('settings', 'set', 'accessibility_statement', 'javascript:alert(1)');
  await eventually(() => get('/was'), ({ status }) => status === 200);
});

test('links both from every page', async () => {
  for (const target of ['/', `/S/${code}`, `/S/${code}/withdraw`, '/privacy', `/S/${mistyped()}`]) {
    const hrefs = (await get(target)).page().links.map(({ href }) => href.split('?')[0]);
    assert.ok(hrefs.includes('/privacy') && hrefs.includes('/was'), target);
  }
});

test('names the service as it is set', async () => {
  await hjemsvar.ok('settings', 'set', 'service_name', 'Svar & hjem');
  await eventually(() => get(`/S/${code}`), ({ text }) => text.includes('Svar &amp; hjem · København'));
  assert.ok((await get('/')).text.includes('Svar &amp; hjem'));
});

test('tells who asks before the first question', async () => {
  await hjemsvar.ok('settings', 'set', 'controller', 'Undersøgelsesstyrelsen');
  const { paragraphs } = (await eventually(
    () => get(`/S/${code}`),
    ({ text }) => text.includes('Undersøgelsesstyrelsen'),
  )).page();
  assert.ok(paragraphs.length > 3);
});

// ---- the QR code

test('draws the link as a QR code of 25 modules that a camera reads', async () => {
  const reply = await get(`/S/${code.toLowerCase()}/qr.svg`);
  assert.equal(reply.status, 200);
  assert.match(reply.headers['content-type'], /^image\/svg\+xml/);
  const [, box] = /viewBox="0 0 (\d+ \d+)"/.exec(reply.text);
  assert.equal(box, '33 33', '25 modules and a quiet zone of 4 on each side');
  const drawn = await run('rsvg-convert', ['--width', '660', '--background-color', 'white'], {
    input: reply.bytes,
    buffer: true,
  });
  assert.equal(drawn.code, 0, drawn.stderr);
  const file = await hjemsvar.file('qr.png', drawn.stdout);
  const read = await run('zbarimg', ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', file]);
  assert.equal(read.stdout.trim(), link.url);
  assert.equal(link.url, `HTTPS://SVAR.EXAMPLE/S/${code}`);
});

// ---- headers

// One of each kind of reply: [what, how, status, cache rule, whether it has a style].
const REVALIDATE = 'private, no-cache';
const post = (form) => postForm(server, `/S/${code}`, form);
const kinds = [
  ['the first page', () => get(`/S/${code}`), 200, REVALIDATE],
  ['a section', () => post({ page: 'intro', action: 'next' }), 200, REVALIDATE],
  ['a section with a fault', () => post({ page: 'family', action: 'next' }), 422, REVALIDATE],
  ['the check page', () => post({ page: 'comment', action: 'next', q3: 1 }), 200, REVALIDATE],
  ['a form without a number', () => post({ action: 'send', q3: 1 }), 422, 'no-store'],
  ['the thank-you', () => post({ action: 'send', submission: drawNumber(), q3: 1 }), 201, 'no-store'],
  ['the receipt as JSON', () => sendJson(server, code, { q3: 1 }), 201, 'no-store'],
  ['faults as JSON', () => sendJson(server, code, {}), 422, 'no-store'],
  ['the withdrawal', () => get(`/S/${code}/withdraw`), 200, 'no-store'],
  [
    'an unknown receipt',
    () => postForm(server, `/S/${code}/withdraw`, { receipt: 'x' }),
    404,
    'no-store',
  ],
  ['an unknown code', () => get(`/S/${otherCode()}`), 404, 'no-store'],
  ['an unknown path', () => get('/nowhere'), 404, 'no-store'],
  ['a wrong method', () => postForm(server, '/privacy', {}), 405, 'no-store'],
  ['a field given twice', () => post([['q3', 1], ['q3', 1]]), 400, 'no-store'],
  ['the front page', () => get('/'), 200, 'no-store'],
  ['the way on', () => get(`/?code=${code}`), 302, 'no-store'],
  ['the privacy notice', () => get('/privacy'), 200, 'no-store'],
  ['the QR code', () => get(`/S/${code}/qr.svg`), 200, 'no-store'],
];

for (const [what, how, status, cache] of kinds) {
  test(`sends the security headers with ${what}`, async () => {
    const reply = await how();
    assert.equal(reply.status, status);
    const { headers } = reply;
    const policy = headers['content-security-policy'].split('; ');
    assert.ok(policy.includes("default-src 'none'"));
    assert.ok(policy.includes("frame-ancestors 'none'"));
    assert.ok(policy.includes("base-uri 'none'"));
    assert.ok(policy.includes("form-action 'self'"));
    assert.ok(!/unsafe|\*|http/.test(headers['content-security-policy']));
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cache-control'], cache);
    assert.equal(headers['set-cookie'], undefined);
    assert.equal(headers.server, undefined);
    if (/^text\/html/.test(headers['content-type'])) {
      const hash = (text) => createHash('sha256').update(text).digest('base64');
      const [, style] = /<style>([^]*?)<\/style>/.exec(reply.text);
      assert.ok(policy.includes(`style-src 'sha256-${hash(style)}'`), 'the policy allows this style');
      for (const [, script] of reply.text.matchAll(/<script>([^]*?)<\/script>/g))
        assert.ok(policy.includes(`script-src 'sha256-${hash(script)}'`), 'and this script');
      const markup = reply.text.replace(/<script[^]*?<\/script>/g, '');
      assert.doesNotMatch(markup, /\sstyle=|\son[a-z]+=|https?:\/\//);
    }
  });
}

test('stores nothing, draws nothing and sets nothing on GET', async () => {
  const counts = () =>
    hjemsvar.sql('SELECT count(*) FROM submission UNION ALL SELECT count(*) FROM submission_trace');
  const before = await counts();
  const first = await get(`/S/${code}`);
  for (const query of ['', '?q3=1&action=send', `?submission=${drawNumber()}&action=send&q3=1`]) {
    const reply = await get(`/S/${code}${query}`);
    assert.equal(reply.text, first.text);
    assert.ok(!reply.page().hidden.some(([name]) => name === 'submission'));
  }
  assert.deepEqual(await counts(), before);
});

test('gives the same page packed and unpacked', async () => {
  for (const target of [`/S/${code}`, `/S/${code}?lang=en`, '/privacy', '/']) {
    const plain = await get(target);
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.match(plain.headers.vary, /Accept-Encoding/);
    const kept = target.startsWith('/S/'); // compressed once, and so as brotli too
    const codings = { gzip: 'gzip', 'br, gzip': kept ? 'br' : 'gzip', 'gzip, br;q=0': 'gzip' };
    for (const [accepted, coding] of Object.entries(codings)) {
      const packed = await get(target, { 'Accept-Encoding': accepted });
      assert.equal(packed.headers['content-encoding'], coding, accepted);
      assert.ok(packed.sent.length < plain.sent.length / 2);
      assert.equal(packed.text, plain.text);
      assert.match(packed.headers.vary, /Accept-Encoding/);
    }
    for (const refused of ['gzip;q=0', 'identity', 'br;q=0.000', '*;q=0, gzip;q=0.0'])
      assert.equal(
        (await get(target, { 'Accept-Encoding': refused })).headers['content-encoding'],
        undefined,
        refused,
      );
  }
});

test('answers HEAD with the headers of GET and no body', async () => {
  for (const target of [`/S/${code}`, '/', '/privacy', `/S/${code}/qr.svg`, '/nowhere']) {
    for (const encoding of ['identity', 'gzip']) {
      const headers = { 'Accept-Encoding': encoding };
      const whole = await request(server.respondents, target, { headers });
      const head = await request(server.respondents, target, { method: 'HEAD', headers });
      assert.equal(head.status, whole.status);
      assert.equal(head.sent.length, 0);
      for (const name of ['content-type', 'content-length', 'content-encoding', 'cache-control'])
        assert.equal(head.headers[name], whole.headers[name], `${target} ${name}`);
    }
  }
});

// ---- methods and paths

for (const [method, path, allow] of [
  ['POST', '/', 'GET, HEAD'],
  ['POST', '/privacy', 'GET, HEAD'],
  ['POST', '/was', 'GET, HEAD'],
  ['POST', '/S/{code}/qr.svg', 'GET, HEAD'],
]) {
  test(`has no ${method} for ${path}`, async () => {
    const target = path.replace('{code}', code);
    const options = { method, form: { q3: 1 }, headers: json };
    const reply = await request(server.respondents, target, options);
    assert.equal(reply.status, 405);
    assert.equal(reply.headers.allow, allow);
    assert.deepEqual(reply.json(), { error: 'method_not_allowed' });
  });
}

for (const path of [
  ...['/S', '/S/', '/S//', '/S/{code}/', '/S/{code}/other'],
  ...['/index.html', '/privacy/', '/favicon.ico'],
]) {
  test(`has no page ${path}`, async () => {
    const reply = await get(path.replace('{code}', code), json);
    assert.deepEqual([reply.status, reply.json()], [404, { error: 'not_found' }]);
    assert.equal((await get(path.replace('{code}', code))).page().title, 'Siden findes ikke');
  });
}

// ---- the other listeners

const OPS = ['/healthz', '/readyz', '/readyz/parents', '/metrics'];

test('answers the operators on their listener alone', async () => {
  for (const path of OPS) {
    const reply = await request(server.operations, path);
    assert.equal(reply.status, 200, path);
    assert.match(reply.headers['content-type'], /^text\/plain/);
    for (const other of [server.respondents, server.console])
      assert.equal((await request(other, path)).status, 404, path);
  }
});

test('keeps parents\' pages off the other listeners', async () => {
  for (const path of [`/S/${code}`, `/S/${code}/withdraw`, '/privacy', '/was'])
    for (const other of [server.operations, server.console])
      assert.equal((await request(other, path)).status, 404, path);
  assert.equal((await request(server.operations, '/')).status, 404);
  const form = { submission: drawNumber(), action: 'send', q3: 1 };
  for (const other of [server.operations, server.console])
    assert.equal((await request(other, `/S/${code}`, { form })).status, 404);
});

test('counts in its figures what was asked and answered', async () => {
  const figure = (text, name) =>
    Number(text.split('\n').find((line) => line.startsWith(`${name} `)).slice(name.length + 1));
  const names = [
    'hjemsvar_requests_total{listener="respondents"}',
    'hjemsvar_replies_total{status="2xx"}',
    'hjemsvar_writer_jobs_total',
    'hjemsvar_writer_batch_jobs_bucket{le="1"}',
  ];
  const before = (await request(server.operations, '/metrics')).text;
  await get(`/S/${code}`);
  await sendJson(server, code, { q3: 1 });
  const after = (await request(server.operations, '/metrics')).text;
  const grown = names.map((name) => figure(after, name) - figure(before, name));
  assert.deepEqual(grown, [2, 3, 1, 1], 'one of the 2xx is the first figures\' own reply');
  for (const line of after.trimEnd().split('\n'))
    assert.match(line, /^(# (HELP|TYPE) hjemsvar_\w+ .+|hjemsvar_\w+(\{\w+="\+?\w+"\})? \d+)$/);
  assert.ok(!after.includes(code));
});

test('keeps the code of a link out of the words of its pages', async () => {
  const parent = await new Parent(server, code).open();
  await parent.walk({ q3: 1 });
  assert.ok(!parent.page.html.includes(code), 'the form posts to where it came from');
});
