// Single-use codes: a code a letter, two answers a code, whoever asks and how often.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';

import { Hjemsvar, run, sql } from './lib/hjemsvar.mjs';
import {
  Parent,
  drawNumber,
  eventually,
  postForm,
  request,
  sendJson,
  startServer,
  withdraw,
} from './lib/server.mjs';

let hjemsvar;
let left; // two servers on one database
let right;
let round;

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const json = { Accept: 'application/json' };

// A code's check character: Luhn mod 32.
function checked(payload) {
  let sum = 0;
  [...payload].reverse().forEach((digit, i) => {
    const product = DIGITS.indexOf(digit) * (i % 2 === 0 ? 2 : 1);
    sum += Math.floor(product / 32) + (product % 32);
  });
  return payload + DIGITS[(32 - (sum % 32)) % 32];
}

async function makeCodes(letters, ...words) {
  const place = ['--round', round, '--municipality', '217', '--letters', letters];
  const links = (await hjemsvar.ok('codes', 'make', ...place, ...words)).trim().split('\n');
  const codes = links.map((link) => link.replace('HTTPS://SVAR.EXAMPLE/S/', ''));
  left.keep(...codes);
  right.keep(...codes);
  return codes;
}

const makeCode = async (...words) => (await makeCodes(1, ...words))[0];
const open = (server, code) => request(server.respondents, `/S/${code}`, { headers: json });
const rows = async () =>
  Number((await hjemsvar.sql('SELECT count(*) FROM submission WHERE NOT withdrawn'))[0][0]);
const usesLeft = async () =>
  Number((await hjemsvar.sql('SELECT sum(uses_left) FROM code'))[0][0]);
const count = (replies, status) => replies.filter((reply) => reply.status === status).length;

// Each request on a connection of its own, so that they come together.
const together = (items, ask) =>
  Promise.all(items.map((item, i) => ask(item, i, new http.Agent({ keepAlive: false }))));

before(async () => {
  hjemsvar = await Hjemsvar.create();
  const created = await hjemsvar.createRound('--codes', 'single', '--municipality', '217,101');
  round = created.round;
  assert.deepEqual(created.links, [
    { municipality: 101, name: 'København' },
    { municipality: 217, name: 'Helsingør' },
  ]);
  [left, right] = await Promise.all([startServer(hjemsvar), startServer(hjemsvar)]);
});

after(async () => {
  await left?.stop(); // looks through the log for every code that was kept
  await right?.stop();
  await hjemsvar?.drop();
});

test('opens the questionnaire of the letter\'s municipality, and a GET spends nothing', async () => {
  const code = await makeCode();
  const before = await usesLeft();
  for (const typed of [code, code.toLowerCase(), `${code.slice(0, 4)}-${code.slice(4)}`]) {
    const parent = await new Parent(left, typed).open();
    assert.equal(parent.status, 200);
    assert.match(parent.page.html, /Helsingør/);
    assert.equal(parent.reply.headers['content-encoding'], 'gzip');
    assert.equal(parent.hidden('submission'), null);
  }
  assert.equal(await usesLeft(), before);
  const english = await request(left.respondents, `/S/${code}?lang=en`);
  assert.equal(english.status, 200);
  const image = await request(left.respondents, `/S/${code}/qr.svg`);
  assert.match(image.headers['content-type'], /^image\/svg\+xml/);
});

test('lets a parent without a script answer page by page, and another parent after them', async () => {
  const code = await makeCode();
  for (const [server, status] of [[left, 201], [right, 201]]) {
    const parent = await new Parent(server, code).open();
    await parent.walk({ q3: 1, q10: 'Et svar på siderne' });
    await parent.press('send');
    assert.equal(parent.status, status);
    assert.match(parent.page.receipt, /^(\w{4}-){3}\w{4}$/);
  }
  const third = await new Parent(left, code).open();
  assert.equal(third.status, 410);
  assert.deepEqual(third.page.headings, ['Koden er brugt']);
});

test('stores two of ten different answers that come at once', async () => {
  for (const servers of [[left], [left, right]]) {
    const code = await makeCode();
    const before = await rows();
    const answers = Array.from({ length: 10 }, (_, i) => ({ q3: (i % 6) + 1, q10: `svar ${i}` }));
    const replies = await together(answers, (answer, i, agent) =>
      sendJson(servers[i % servers.length], code, answer, { agent }),
    );
    assert.equal(count(replies, 201), 2, replies.map(({ status }) => status).join());
    assert.equal(count(replies, 410), 8);
    for (const reply of replies.filter(({ status }) => status === 410))
      assert.deepEqual(reply.json(), { error: 'code_used_up' });
    assert.equal((await rows()) - before, 2);
    const gone = await open(right, code);
    assert.equal(gone.status, 410);
    assert.deepEqual(gone.json(), { error: 'code_used_up' });
  }
});

test('thanks ten times for ten repeats of the last use over two servers, and keeps one row', async () => {
  const code = await makeCode();
  const first = await sendJson(left, code, { q3: 1 });
  assert.equal(first.status, 201);
  const before = [await rows(), await usesLeft()];
  const answer = { submission: drawNumber(), q3: 2, q10: 'Det sidste svar' };
  const replies = await together(Array(10).fill(answer), (fields, i, agent) =>
    sendJson(i % 2 === 0 ? left : right, code, fields, { agent }),
  );
  assert.equal(count(replies, 201), 1, replies.map(({ status }) => status).join());
  assert.equal(count(replies, 200), 9);
  assert.equal(new Set(replies.map((reply) => reply.json().receipt)).size, 1);
  assert.deepEqual([await rows(), await usesLeft()], [before[0] + 1, before[1] - 1]);

  // Used up now: the same answer still gets its thanks, another one does not.
  assert.equal((await sendJson(right, code, answer)).status, 200);
  assert.equal((await sendJson(left, code, { q3: 3 })).status, 410);
  const other = await sendJson(left, code, { ...answer, q3: 3 });
  assert.deepEqual([other.status, other.json()], [409, { error: 'already_sent' }]);
  assert.equal((await sendJson(left, code, { ...answer, q3: 3, action: 'replace' })).status, 201);
  assert.equal((await sendJson(right, code, { ...answer, q3: 3, action: 'replace' })).status, 200);
  assert.deepEqual([await rows(), await usesLeft()], [before[0] + 1, before[1] - 1]);
});

test('spends a use for a replacement of nothing: the limit cannot be walked around', async () => {
  const code = await makeCode();
  const replies = [];
  for (let i = 0; i < 4; i++)
    replies.push(await sendJson(left, code, { q3: 1, q10: `intet ${i}`, action: 'replace' }));
  assert.deepEqual(replies.map(({ status }) => status), [201, 201, 410, 410]);
});

test('withdraws, also with a code that is used up, and gives no use back', async () => {
  const code = await makeCode();
  const sent = await sendJson(left, code, { q3: 1 });
  assert.equal((await sendJson(left, code, { q3: 2 })).status, 201);
  const before = await rows();
  const form = await request(right.respondents, `/S/${code}/withdraw`);
  assert.equal(form.status, 200);
  assert.equal((await withdraw(right, code, sent.json().receipt)).status, 200);
  assert.equal((await withdraw(left, code, sent.json().receipt)).status, 200);
  assert.equal((await withdraw(left, code, '0000000000000000')).status, 404);
  assert.equal((await rows()) - before, -1);
  assert.equal((await sendJson(left, code, { q3: 3 })).status, 410);
});

test('takes as many answers as the round says', async () => {
  const single = await hjemsvar.createRound('--codes', 'single', '--uses', '1');
  const place = ['--round', single.round, '--municipality', '101', '--letters', '1'];
  const link = await hjemsvar.ok('codes', 'make', ...place);
  const code = link.trim().split('/').at(-1);
  await eventually(() => open(left, code), ({ status }) => status === 200);
  assert.equal((await sendJson(left, code, { q3: 1 })).status, 201);
  assert.equal((await sendJson(left, code, { q3: 1 })).status, 410);
  const shown = await hjemsvar.json('round', 'show', single.round);
  assert.deepEqual([shown.codes, shown.uses], ['single', 1]);
});

test('tells a mistyped code from an unknown one', async () => {
  const code = await makeCode();
  const wrong = code.slice(0, -1) + DIGITS[(DIGITS.indexOf(code.at(-1)) + 1) % 32];
  const mistyped = await open(left, wrong);
  assert.deepEqual([mistyped.status, mistyped.json()], [404, { error: 'code_mistyped' }]);
  const unknown = await open(left, checked('0123456789'));
  assert.deepEqual([unknown.status, unknown.json()], [404, { error: 'code_unknown' }]);
  const page = await new Parent(left, checked('0123456789')).open();
  assert.deepEqual(page.page.headings, ['Vi kender ikke koden']);
  assert.equal((await sendJson(left, checked('0123456789'), { q3: 1 })).status, 404);
});

test('refuses whoever goes on guessing, and nobody else', async () => {
  const code = await makeCode();
  const server = await startServer(hjemsvar, { HJEMSVAR_TRUSTED_PROXIES: '127.0.0.0/8' });
  server.keep(code);
  const from = (address) => ({ headers: { ...json, 'X-Forwarded-For': address } });
  const statuses = [];
  for (let i = 0; i < 40; i++) {
    const guess = checked(`0000000${DIGITS[i % 32]}${DIGITS[i >> 5]}Z`);
    const door = i % 2 === 0 ? 'S' : 'A'; // the registration sheet's links count with letters' codes
    statuses.push((await request(server.respondents, `/${door}/${guess}`, from('192.0.2.1'))).status);
  }
  assert.deepEqual(new Set(statuses.slice(0, 30)), new Set([404]));
  assert.equal(statuses.at(-1), 429);
  const refused = await request(server.respondents, `/S/${code}`, from('192.0.2.1'));
  assert.deepEqual([refused.status, refused.json()], [429, { error: 'too_many_codes' }]);
  assert.ok(Number(refused.headers['retry-after']) > 0);
  const sheet = await request(server.respondents, `/A/${code}`, from('192.0.2.1'));
  assert.deepEqual([sheet.status, Number(sheet.headers['retry-after']) > 0], [429, true]);
  assert.equal((await request(server.respondents, `/A/${code}`, from('198.51.100.7'))).status, 404);
  assert.equal((await request(server.respondents, `/S/${code}`, from('198.51.100.7'))).status, 200);
  await server.stop();
});

test('says kindly before the parent begins that a batch was cancelled', async () => {
  const [used, unused] = await makeCodes(2, '--batch', 'Uge 47');
  assert.equal((await sendJson(left, used, { q3: 1 })).status, 201);
  const begun = await new Parent(left, unused).open();
  await begun.walk({ q3: 1 });
  const place = ['--round', round, '--batch', 'Uge 47'];
  await hjemsvar.ok('codes', 'cancel', ...place, '--yes');
  const page = await new Parent(left, unused).open();
  assert.equal(page.status, 410);
  assert.deepEqual(page.page.headings, ['Koden gælder ikke længere']);
  await begun.press('send');
  assert.equal(begun.status, 410);
  assert.deepEqual((await open(right, unused)).json(), { error: 'cancelled' });
  assert.equal((await open(right, used)).status, 200, 'the other parent may still answer');

  // Printed anew under the same name, and once more in place of that.
  const wrong = await makeCode('--batch', 'Uge 47');
  assert.equal((await open(left, wrong)).status, 200);
  const [anew] = await makeCodes(1, '--batch', 'Uge 47', '--reprint', 'Uge 47', '--yes');
  assert.equal((await open(left, wrong)).status, 410);
  assert.equal((await open(left, anew)).status, 200);
  const listed = await hjemsvar.json('codes', 'list', '--round', round, '--municipality', '217');
  const named = listed.filter(({ name }) => name === 'Uge 47');
  assert.deepEqual(
    named.map(({ letters, cancelled, answers }) => [letters, cancelled, answers]),
    [[2, true, 'under 5'], [1, true, 'under 5'], [1, false, 'under 5']],
  );
});

test('asks at a terminal before it cancels', async () => {
  const code = await makeCode('--batch', 'Spørg');
  const command = `hjemsvar codes cancel --round ${round} --batch Spørg`;
  const env = { ...hjemsvar.env, PATH: `${process.env.TEST_BUILD}:${process.env.PATH}` };
  const refused = await run('script', ['-qec', command, '/dev/null'], { env, input: 'nej\n' });
  assert.match(refused.stdout, /Cancel the unused codes of batch "Spørg".*Type yes:/);
  assert.equal((await open(left, code)).status, 200);
  const agreed = await run('script', ['-qec', command, '/dev/null'], { env, input: 'yes\n' });
  assert.equal(agreed.code, 0, agreed.stdout);
  assert.equal((await open(left, code)).status, 410);
});

test('says what is wrong with a command', async () => {
  const place = ['--round', round, '--municipality', '217'];
  await hjemsvar.ok('codes', 'make', ...place, '--letters', '1', '--batch', 'To gange');
  const linked = await hjemsvar.createRound('--municipality', '479');
  for (const [words, code, says] of [
    [['codes', 'make', ...place, '--letters', '0'], 64, /1 to 100000/],
    [['codes', 'make', ...place, '--letters', '1', '--batch', 'To gange'], 65, /already/],
    [['codes', 'make', '--round', round, '--municipality', '461', '--letters', '1'], 65, /461/],
    [['codes', 'make', '--round', linked.round, '--municipality', '479', '--letters', '1'], 65, /single/],
    [['codes', 'cancel', '--round', round, '--batch', 'Findes ikke'], 65, /codes list/],
    [['codes', 'list', '--round', '999'], 65, /no round 999/],
    [['qr', '--round', round, '--municipality', '217', '--format', 'svg'], 77, /code of its own/],
    [['round', 'create', '--questionnaire', 'bilag8', '--title', 'x', '--municipality', '101', '--uses', '2'], 64, /single/],
    [['round', 'create', '--questionnaire', 'bilag8', '--title', 'x', '--municipality', '101', '--codes', 'single', '--uses', '21'], 64, /1 to 20/],
    [['round', 'create', '--questionnaire', 'bilag8', '--title', 'x', '--municipality', '101', '--codes', 'many'], 64, /open or single/],
  ]) {
    const done = await hjemsvar.cli(words);
    assert.equal(done.code, code, `${words.join(' ')}: ${done.stderr}`);
    assert.match(done.stderr, says);
    assert.match(done.stderr, /^hjemsvar: [^\n]*hint: [^\n]*\n$/, words.join(' '));
  }
});

test('keeps the form when the database is away, and takes it when it is back', async () => {
  const code = await makeCode();
  const parent = await new Parent(left, code).open();
  await parent.walk({ q3: 1, q10: 'Det skal ikke gå tabt' });
  const number = parent.hidden('submission');
  const allow = (connections) =>
    sql('postgres', `ALTER DATABASE ${hjemsvar.database} ALLOW_CONNECTIONS ${connections}`);
  await allow(false);
  await sql(
    'postgres',
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${hjemsvar.database}'`,
  );
  await parent.press('send');
  assert.equal(parent.status, 503);
  assert.equal(parent.hidden('submission'), number);
  assert.equal(parent.page.items.q10.value, 'Det skal ikke gå tabt');
  const strange = await postForm(right, `/S/${code}`, parent.fields('send')); // has not seen the code
  assert.deepEqual([strange.status, strange.page().title], [503, 'Dit svar er måske ikke gemt endnu']);
  const kept = new Map(strange.page().hidden);
  assert.deepEqual([kept.get('submission'), kept.get('q10')], [number, 'Det skal ikke gå tabt']);
  assert.deepEqual(strange.page().buttons.map(({ value }) => value), ['send']);
  const other = await open(left, code);
  assert.equal(other.status, 503);
  assert.ok(other.headers['retry-after']);
  await allow(true);
  await eventually(
    () => parent.press('send'),
    ({ status }) => status === 201,
  );
  assert.equal((await postForm(right, `/S/${code}`, [...kept, ['action', 'send']])).status, 200, 'a repeat');
});

test('says that a round is closed, and leaves no code once it is finalised', async () => {
  const codes = await makeCodes(3);
  const code = codes[0];
  assert.equal((await sendJson(left, code, { q3: 1 })).status, 201);
  await hjemsvar.ok('round', 'close', round);
  const closed = await eventually(() => open(left, code), ({ status }) => status !== 200);
  assert.deepEqual([closed.status, closed.json()], [410, { error: 'closed' }]);
  assert.equal((await sendJson(left, code, { q3: 2 })).status, 201, 'who was writing may send');
  const late = await hjemsvar.cli(
    ['codes', 'make', '--round', round, '--municipality', '217', '--letters', '1'],
  );
  assert.equal(late.code, 77);
  await hjemsvar.ok('round', 'finalise', round, '--yes');
  assert.equal((await hjemsvar.sql(`SELECT count(*) FROM code WHERE round = ${round}`))[0][0], '0');
  const dump = await run('pg_dump', ['--data-only', '-t', 'code', '-t', 'letter_batch', '-d',
    `${hjemsvar.cluster} dbname=${hjemsvar.database}`]);
  assert.equal(dump.code, 0, dump.stderr);
  for (const one of codes) assert.ok(!dump.stdout.includes(one.slice(0, 10)));
  const gone = await open(right, code);
  assert.deepEqual([gone.status, gone.json()], [404, { error: 'code_unknown' }]);
  await eventually(() => sendJson(left, code, { q3: 3 }), ({ status }) => status === 404);
  const listed = await hjemsvar.json('codes', 'list', '--round', round);
  assert.deepEqual(new Set(listed.map(({ answers }) => answers)), new Set([null]));
});
