// The registration sheet in the console: looked at and then stored, one course by a form, files
// out; and on the phone of somebody who has a link; in a real browser and over HTTP with what no
// browser would send.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { barriers, faults, launch, newPhone, picture, sticksOut } from './lib/browser.mjs';
import { csvObjects } from './lib/csv.mjs';
import { click, deskPage, desktop, look, screens } from './lib/desk.mjs';
import { checkout, Hjemsvar, run } from './lib/hjemsvar.mjs';
import { Raw } from './lib/raw.mjs';
import { eventually, parsePage, request, startServer, unescapeHtml, visibleText } from './lib/server.mjs';
import { COOKIE, Console, headingOf, multipart, proxied } from './lib/staff.mjs';

const fixture = (name) => join(checkout, 'tests/fixtures/courses', name);
const MIB = 1024 * 1024;
const BODY_MAX = 16 * MIB + 4096;

let hjemsvar;
let desk;
let browser;
const staff = {}; // by name: own, colleague, neighbour, evaluator

before(async () => {
  hjemsvar = await Hjemsvar.create();
  desk = await Console.start(hjemsvar);
  const accounts = {
    own: { role: 'municipality', municipality: 217 },
    colleague: { role: 'municipality', municipality: 217 },
    neighbour: { role: 'municipality', municipality: 101 },
    evaluator: { role: 'evaluator' },
  };
  for (const [name, account] of Object.entries(accounts)) {
    await desk.account({ email: `${name}@example.dk`, name: `Bo ${name}`, ...account });
    staff[name] = await desk.signIn(`${name}@example.dk`);
    await staff[name].get('/account'); // the word of its forms
  }
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await desk?.stop();
  await hjemsvar?.drop();
});

// ---- words of these tests

async function newRound() {
  const { round } = await hjemsvar.createRound();
  return { round, path: `/rounds/${round}/municipalities/217/courses` };
}

const stored = async (round) =>
  (await hjemsvar.sql(
    `SELECT municipality, course_id, coalesce(visits::text, '-') FROM course
     WHERE round = ${round} ORDER BY municipality, course_id`,
  )).map((row) => row.join(' '));

const uploads = async (round) =>
  Number((await hjemsvar.sql(`SELECT count(*) FROM course_upload WHERE round = ${round}`))[0][0]);

const audit = (round) =>
  hjemsvar.sql(
    `SELECT action, municipality, subject, details FROM audit
     WHERE actor <> 'operator' AND round = ${round} AND action LIKE 'course.%' ORDER BY id`,
  );

function send(who, path, bytes, { name = 'ark.csv', sheet, more = [], query = '' } = {}) {
  const parts = [['csrf', who.csrf], ['file', { name, bytes }], ...more];
  if (sheet) parts.push(['sheet', sheet]);
  const { body, headers } = multipart(parts);
  return who.send(`${path}/import${query}`, { body, headers: { Origin: who.server.console, ...headers } });
}

const storeAt = (reply) => /action="([^"]*\/import\/\d+)"/.exec(reply.text)?.[1];

// What a preview tells: counts, problems as "place | column | words", columns left out.
function told({ text }) {
  const fact = (id) => Number(new RegExp(`<dd id="${id}">(\\d+)</dd>`).exec(text)?.[1]);
  const part = (id) =>
    new RegExp(`<section class="wide" aria-labelledby="${id}"([\\s\\S]*?)</section>`).exec(text)?.[1] ?? '';
  const rows = (id) =>
    [...part(id).matchAll(/<tr><th scope="row">(.*?)<\/th><td>(.*?)<\/td><td>(.*?)<\/td><\/tr>/g)].map(
      ([, ...cells]) => cells.map(unescapeHtml).join(' | '),
    );
  return {
    courses: fact('courses'),
    counts: [fact('fresh'), fact('changed'), fact('unchanged')],
    errors: rows('errors'),
    warnings: rows('warnings'),
    ignored: [...text.matchAll(/<li>([A-Z]+1: [^<]*)<\/li>/g)].map(([, line]) => unescapeHtml(line)),
  };
}

const problemOf = ({ text }) => visibleText(/id="problems">([\s\S]*?)<\/div>/.exec(text)?.[1] ?? '');

// ---- looking and storing

test('a sheet is looked at, stored, and changes nothing the second time', async () => {
  const { round, path } = await newRound();
  const text = await readFile(fixture('danish.csv'), 'utf8');
  const sheet = text.split('\n').filter((line) => !line.startsWith('København')).join('\n');
  const look = await send(staff.own, path, sheet);
  assert.equal(look.status, 200, problemOf(look));
  assert.equal(headingOf(look), 'Se efter, før du gemmer');
  const seen = told(look);
  assert.deepEqual([seen.courses, ...seen.counts], [2, 2, 0, 0]);
  assert.deepEqual(seen.ignored, ['M1: Bemærkning']);
  assert.match(look.text, /<th scope="row">2022\/1<\/th><td>Dagtilbud<\/td><td>10-01-2022<\/td>/);
  assert.deepEqual(await stored(round), [], 'looking stores nothing');
  assert.deepEqual(await audit(round), []);

  const done = await staff.own.post(storeAt(look));
  assert.equal(done.status, 303);
  assert.equal(done.headers.location, `${path}?stored=2.0.0`);
  const list = await staff.own.get(done.headers.location);
  assert.match(list.text, /role="status">Gemt: 2 nye, 0 ændrede, 0 som før\.</);
  assert.deepEqual(await stored(round), ['217 2022/1 14', '217 2022/2 5']);
  assert.deepEqual(await audit(round), [
    ['course.import', '217', '', '{"new": 2, "changed": 0, "unchanged": 0}'],
  ]);
  assert.equal(await uploads(round), 0, 'what was stored is not kept');

  const again = await send(staff.own, path, sheet);
  assert.equal(headingOf(again), 'Arket ændrer intet');
  assert.deepEqual(told(again).counts, [0, 0, 2]);
  assert.equal(storeAt(again), undefined, 'there is nothing to store');
  assert.equal(await uploads(round), 0);
  const changed = await send(staff.own, path, sheet.replace(';14;', ';15;'));
  assert.deepEqual(told(changed).counts, [0, 1, 1]);
});

test('what is stored is what was looked at, once, by the one who looked, on any server', async (t) => {
  const { round, path } = await newRound();
  const first = storeAt(await send(staff.own, path, 'course_id,visits\n1,1\n'));
  const second = storeAt(await send(staff.own, path, 'course_id,visits\n1,2\n'));
  assert.notEqual(first, second);
  for (const who of [staff.colleague, staff.evaluator])
    assert.equal(headingOf(await who.post(second)), 'Arket er ikke gemt her');
  const gone = await staff.own.post(first);
  assert.deepEqual([gone.status, headingOf(gone)], [409, 'Arket er ikke gemt her']);
  assert.deepEqual(await stored(round), []);

  const other = await startServer(hjemsvar, proxied);
  t.after(() => other.stop());
  staff.own.server = other;
  assert.equal((await staff.own.post(second)).status, 303);
  staff.own.server = desk.server;
  assert.deepEqual(await stored(round), ['217 1 2']);
  assert.equal((await staff.own.post(second)).status, 409, 'a second click');
});

test('two that press Gem at once store once', async () => {
  const { round, path } = await newRound();
  const at = storeAt(await send(staff.own, path, 'course_id,visits\n1,1\n'));
  const replies = await Promise.all(Array.from({ length: 4 }, () => staff.own.post(at)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [303, 409, 409, 409]);
  assert.equal((await audit(round)).length, 1);
});

test('nothing of a column that is not ours is ever kept', async () => {
  const { round, path } = await newRound();
  const look = await send(staff.own, path, await readFile(fixture('cpr_column.csv')));
  assert.equal(look.status, 200);
  assert.deepEqual(told(look).ignored, ['B1: CPR-nummer', 'C1: Barnets navn']);
  assert.match(told(look).warnings[0], /^Linje 1 \| B1 \| Kolonnen bliver ikke gemt, men ser ud til/);
  assert.doesNotMatch(look.text, /010222|Anna/);
  const [[kept]] = await hjemsvar.sql(`SELECT courses FROM course_upload WHERE round = ${round}`);
  assert.match(kept, /^municipality_code,course_id,/);
  const dump = await run('pg_dump', ['-d', hjemsvar.env.HJEMSVAR_DATABASE_URL, '--data-only']);
  assert.equal(dump.code, 0, dump.stderr);
  assert.doesNotMatch(dump.stdout, /010222-1234|Anna Hansen/);
  assert.equal((await staff.own.post(storeAt(look))).status, 303);
  assert.deepEqual(await stored(round), ['217 17 -']);
});

test('every problem is told with its place and in words, and nothing is stored', async () => {
  const { round, path } = await newRound();
  const wrong = await send(staff.own, path, await readFile(fixture('wrong_types.csv')));
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /<title>Fejl: Arket kan ikke gemmes endnu/);
  assert.match(problemOf(wrong), /Der er 14 fejl i arket\. Intet er gemt\./);
  const { errors } = told(wrong);
  assert.equal(errors.length, 14);
  assert.ok(errors.every((line) => /^Linje [2-6] \| [^|]+ \| [A-ZÆØÅ].*\.$/.test(line)), errors.join('\n'));
  assert.ok(errors.includes('Linje 2 | Hvem fandt familien | Teksten er ikke en af dem, der kan vælges. Skriv en af dem: Dagtilbud, Sundhedspleje, Familien selv, Andet kommunalt tilbud, Andet.'));
  const english = await send(staff.own, path, await readFile(fixture('wrong_types.csv')), { query: '?lang=en' });
  assert.equal(headingOf(english), 'The sheet cannot be stored yet');
  assert.ok(told(english).errors.includes('Line 3 | Municipality code | The municipality is not yours, or it is not in the round. Take the row out of the sheet.'));
  assert.equal(told(english).errors.length, 14);
  const twice = await send(staff.own, path, 'course_id,visits\n1,1\n2,1\n1,3\n');
  assert.deepEqual(told(twice).errors, [
    'Linje 4 | Forløbs-id | Det samme forløbs-id står i linje 2. Giv hvert forløb sit eget id, eller slet den ene linje.',
  ]);
  const book = await send(staff.own, path, await readFile(fixture('wrong_kinds.xlsx')), { name: 'a.xlsx' });
  assert.match(told(book).errors[0], /^Forløb 2022, celle B2 \| Forløbs-id \| /);
  assert.equal(await uploads(round), 0);
  assert.deepEqual(await stored(round), []);
});

test('a municipality cannot import the courses of another', async () => {
  const { round, path } = await newRound();
  const good = await readFile(fixture('good.csv'));
  const own = await send(staff.own, path, good);
  assert.equal(own.status, 422);
  assert.deepEqual(told(own).errors, [
    'Linje 4 | Kommunekode | Kommunen er ikke din, eller den er ikke med i runden. Tag rækken ud af arket.',
  ]);
  const evaluator = await send(staff.evaluator, path, good);
  assert.deepEqual(told(evaluator).errors, [
    'Linje 4 | Kommunekode | Forløbet hører til en anden kommune. Tag rækken ud af arket.',
  ]);
  const other = await send(staff.neighbour, path, 'course_id,visits\n1,1\n');
  assert.equal(other.status, 404, 'the page does not exist for them');
  const mine = storeAt(await send(staff.own, path, 'course_id,visits\n1,1\n'));
  assert.equal((await staff.neighbour.post(mine)).status, 404);
  assert.equal((await staff.neighbour.post(mine.replace('/217/', '/101/'))).status, 409);
  assert.equal((await staff.own.post(mine.replace(`/${round}/`, '/1/'))).status, 409);
  assert.deepEqual(await stored(round), []);
});

test('files that are no sheet say what they are and what to do', async () => {
  const { path } = await newRound();
  const cases = {
    'old.xls': /den gamle slags \(\.xls\)\. Gem den i Excel som/,
    'password.xlsx': /adgangskode\. Gem en kopi uden/,
    'windows1252.csv': /Linje 1: Bogstaver som æ, ø og å kan ikke læses\. Gem filen som "CSV UTF-8"/,
    'utf16.csv': /Unicode-tekst/,
    'sheet.ods': /OpenDocument/,
    'bomb.xlsx': /fylder alt for meget, når den pakkes ud/,
    'entity.xlsx': /noget, der ikke hører til i et ark/,
    'cut_off.xlsx': /beskadiget/,
    'too_many_columns.csv': /over 256 kolonner/,
    'headings_only.csv': /ingen forløb i filen/,
    'no_header.csv': /Der er 1 fejl i arket/,
    'empty.csv': /Filen er tom/,
  };
  for (const [name, words] of Object.entries(cases)) {
    const reply = await send(staff.own, path, await readFile(fixture(name)), { name });
    assert.equal(reply.status, 422, name);
    assert.match(problemOf(reply), words, name);
    assert.doesNotMatch(reply.text, /root:/, 'nothing of another file');
  }
  const tab = await send(staff.own, path, await readFile(fixture('excel.xlsx')), { sheet: 'Ark "9"' });
  assert.match(problemOf(tab), /ingen synlig fane med det navn/);
  assert.match(tab.text, /id="sheet"[^>]*value="Ark &quot;9&quot;"/, 'what was typed stays');
});

test('more rows than fit are refused kindly', async () => {
  const { round, path } = await newRound();
  const rows = (count) =>
    Array.from({ length: count }, (_, i) => `F-${i},daycare,2022-01-10,2022-01-17,2022-06-30,completed,,14,21.5,1,2`);
  const header = 'course_id,referred_by,visitation_on,started_on,closed_on,outcome,interrupted_reason,visits,hours_total,goal_agreement,development_agreement';
  const many = await send(staff.own, path, [header, ...rows(20_001)].join('\n'));
  assert.equal(many.status, 422);
  assert.match(problemOf(many), /højst 20\.000 forløb, eller bed den, der driver Hjemsvar, om .*"hjemsvar courses import"/);
  assert.equal(await uploads(round), 0);
  assert.deepEqual(await stored(round), []);
});

// ---- the door of the route

test('a file that is too large gets a page in words, and other kinds of body none', async () => {
  const { path } = await newRound();
  const cookie = `${COOKIE}=${staff.own.cookie}`;
  const claimed = await Raw.connect(desk.server.console);
  claimed.write(`POST ${path}/import HTTP/1.1\r\nHost: a\r\nCookie: ${cookie}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: ${BODY_MAX + 1}\r\n\r\n`);
  const [refused] = await claimed.end();
  assert.equal(refused.status, 413);
  assert.match(Buffer.from(refused.text, 'latin1').toString(), /for stort[^]*højst 16 MB/);

  const over = await send(staff.own, path, Buffer.alloc(16 * MIB + 1, 'x'));
  assert.deepEqual([over.status, headingOf(over)], [413, 'Det, der blev sendt, er for stort']);
  const most = await send(staff.own, path, Buffer.alloc(16 * MIB, 'x'));
  assert.equal(most.status, 422, 'as large as allowed is read');

  for (const type of ['application/json', 'text/csv', 'application/octet-stream']) {
    const reply = await staff.own.send(`${path}/import`, { body: 'x', headers: { 'Content-Type': type } });
    assert.equal(reply.status, 415, type);
    assert.equal(headingOf(reply), 'Det, der blev sendt, er ikke en formular');
  }
  for (const type of ['multipart/form-data', 'multipart/form-data; boundary=b']) {
    const reply = await staff.own.send(`${path}/import`, { body: '--b--', headers: { 'Content-Type': type } });
    assert.equal(reply.status, 400, type);
  }
  const plain = await staff.own.post(`${path}/import`, { file: 'course_id' });
  assert.deepEqual([plain.status, problemOf(plain)], [422, 'Der er problemer Vælg en fil.']);
  const elsewhere = await staff.own.send(`${path}/course`, multipart([['csrf', staff.own.csrf]]));
  assert.equal(elsewhere.status, 415, 'no other route takes a form with a file');
});

test('two files, a file in another field and a form without its word are refused', async () => {
  const { round, path } = await newRound();
  const bytes = 'course_id,visits\n1,1\n';
  const two = await send(staff.own, path, bytes, { more: [['file2', { name: 'b.csv', bytes }]] });
  assert.equal(two.status, 400);
  const { body, headers } = multipart([['csrf', staff.own.csrf], ['wrong', { name: 'a.csv', bytes }]]);
  const wrong = await staff.own.send(`${path}/import`, { body, headers });
  assert.match(problemOf(wrong), /Vælg en fil/);
  const foreign = multipart([['csrf', 'x'], ['file', { name: 'a.csv', bytes }]]);
  assert.equal((await staff.own.send(`${path}/import`, foreign)).status, 403);
  const at = storeAt(await send(staff.own, path, bytes));
  assert.equal((await staff.own.post(at, { csrf: 'x' })).status, 403);
  assert.deepEqual(await stored(round), []);
});

test('strangers who send files without an end leave the places of those who are signed in', async () => {
  const { path } = await newRound();
  const type = 'Content-Type: multipart/form-data; boundary=xYzZyX';
  const cookies = ['', `Cookie: ${COOKIE}=${'0'.repeat(52)}\r\n`];
  const strangers = await Promise.all(Array.from({ length: 8 }, () => Raw.connect(desk.server.console)));
  const told = [];
  for (const [i, raw] of strangers.entries()) {
    raw.write(`POST ${path}/import HTTP/1.1\r\nHost: a\r\n${cookies[i % 2]}${type}\r\nContent-Length: 9999\r\nExpect: 100-continue\r\n\r\n`);
    told.push((await raw.replies(1))[0].status);
  }
  assert.deepEqual(told, [100, 100, 503, 503, 503, 503, 503, 503]);
  assert.equal((await send(staff.own, path, 'course_id,visits\n1,1\n')).status, 200);
  for (const raw of strangers) raw.socket.destroy();
  await Promise.all(strangers.map(({ ended }) => ended));
});

test('eight files at a time, the ninth waits its turn', async () => {
  const { path } = await newRound();
  const { body, headers } = multipart([
    ['csrf', staff.own.csrf],
    ['file', { name: 'a.csv', bytes: 'course_id,visits\n1,1\n' }],
  ]);
  const head = `POST ${path}/import HTTP/1.1\r\nHost: a\r\nCookie: ${COOKIE}=${staff.own.cookie}\r\nContent-Type: ${headers['Content-Type']}\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`;
  const half = body.length >> 1;
  const slow = await Promise.all(Array.from({ length: 8 }, () => Raw.connect(desk.server.console)));
  for (const raw of slow) {
    raw.write(head);
    assert.equal((await raw.replies(1))[0].status, 100, 'it has its place');
    raw.write(body.subarray(0, half).toString('latin1'));
  }
  const ninth = await send(staff.own, path, 'course_id,visits\n1,1\n');
  assert.equal(ninth.status, 503);
  assert.equal(headingOf(ninth), 'Mange sender filer lige nu');
  assert.ok(Number(ninth.headers['retry-after']) > 0);
  assert.equal((await staff.own.get(path)).status, 200, 'other pages are served');
  for (const raw of slow) raw.write(body.subarray(half).toString('latin1'));
  for (const raw of slow) {
    const [, { status }] = await raw.replies(2);
    assert.equal(status, 200);
    raw.close();
  }
  const after = await eventually(
    () => send(staff.own, path, 'course_id,visits\n1,1\n'),
    ({ status }) => status === 200,
  );
  assert.ok(storeAt(after));
});

// ---- one course by a form

const course = (more = {}) => ({ course_id: 'A1', visits: '3', ...more });

test('a course is added, changed and deleted by a form', async () => {
  const { round, path } = await newRound();
  const added = await staff.own.post(`${path}/course`, course({ referred_by: 'daycare', started_on: '1/2 2022', hours_total: '12,5' }));
  assert.deepEqual([added.status, added.headers.location], [303, `${path}?done=course_saved`]);
  assert.deepEqual(await stored(round), ['217 A1 3']);
  const list = await staff.own.get(path);
  assert.match(list.text, /<th scope="row"><a href="[^"]*\/course\?id=A1">A1<\/a><\/th><td class="day">01-02-2022<\/td>/);

  const page = parsePage((await staff.own.get(`${path}/course?id=A1`)).text);
  const values = Object.fromEntries(page.texts.map(({ id, value }) => [id, value]));
  assert.deepEqual([values.course_id, values.started_on, values.hours_total], ['A1', '01-02-2022', '12,5']);
  const same = await staff.own.post(`${path}/course`, course());
  assert.equal(same.status, 409, 'a new one with the id of another');
  assert.match(problemOf(same), /allerede et forløb med det id/);
  const changed = await staff.own.post(`${path}/course`, course({ old: 'A1', course_id: 'B', visits: '4' }));
  assert.equal(changed.status, 303);
  assert.deepEqual(await stored(round), ['217 A1 4'], 'the id stays');

  const asked = await staff.own.get(`${path}/course/delete?id=A1`);
  assert.equal(headingOf(asked), 'Slet forløb A1?');
  assert.deepEqual(await stored(round), ['217 A1 4'], 'asking deletes nothing');
  assert.equal((await staff.own.post(`${path}/course/delete`, { id: 'A1' })).status, 303);
  assert.deepEqual(await stored(round), []);
  assert.equal((await staff.own.post(`${path}/course/delete`, { id: 'A1' })).status, 404);
  assert.deepEqual(
    (await audit(round)).map(([action, , subject]) => action + subject),
    ['course.add', 'course.change', 'course.delete'],
    'and no id is in the log',
  );
});

test('the form has the rules of the sheet, says what is wrong beside the field and loses nothing', async () => {
  const { round, path } = await newRound();
  const typed = {
    course_id: '010222-1234',
    started_on: '12/31/2022',
    closed_on: '"i går" <b>',
    visits: 'mange',
    referred_by: 'family',
    hours_total: '7',
  };
  const reply = await staff.own.post(`${path}/course`, typed);
  assert.equal(reply.status, 422);
  assert.match(reply.text, /<title>Fejl: /);
  const page = parsePage(reply.text);
  const values = Object.fromEntries(page.texts.map(({ id, value }) => [id, value]));
  for (const [name, value] of Object.entries(typed))
    if (name !== 'referred_by') assert.equal(values[name], value, name);
  assert.match(reply.text, /<option value="family" selected>/);
  assert.deepEqual(page.problems.map(({ target }) => target), ['course_id', 'started_on', 'closed_on', 'visits']);
  assert.match(reply.text, /<p class="problem" id="course_id-problem">Forløbs-id ligner et CPR-nummer\./);
  assert.match(reply.text, /id="started_on"[^>]*aria-describedby="started_on-hint started_on-problem" aria-invalid="true"/);
  for (const empty of [{}, { course_id: ' ' }]) {
    const nothing = await staff.own.post(`${path}/course`, empty);
    assert.match(problemOf(nothing), /Feltet er tomt/);
  }
  assert.deepEqual(await stored(round), []);
});

test('a form with something odd asks once and is then stored', async () => {
  const { round, path } = await newRound();
  const odd = course({ started_on: '01-02-2022', closed_on: '01-02-2022' });
  const asked = await staff.own.post(`${path}/course`, odd);
  assert.equal(asked.status, 422);
  assert.match(asked.text, /id="warnings"[^]*afsluttet samme dag, som det startede/);
  const accepted = /name="accepted" value="([^"]*)"/.exec(asked.text)[1];
  const other = await staff.own.post(`${path}/course`, { ...odd, closed_on: '31-12-2098', accepted });
  assert.equal(other.status, 422, 'another thing is asked anew');
  assert.deepEqual(await stored(round), []);
  assert.equal((await staff.own.post(`${path}/course`, { ...odd, accepted })).status, 303);
  assert.deepEqual(await stored(round), ['217 A1 3']);
});

test('the list comes in pages, and a course is found by its id', async () => {
  const { round, path } = await newRound();
  await hjemsvar.sql(
    `INSERT INTO course (round, municipality, course_id)
     SELECT ${round}, 217, 'F/' || lpad(i::text, 3, '0') || ' &' FROM generate_series(1, 201) i`,
  );
  const ids = [];
  let at = path;
  for (let pages = 0; at; pages++) {
    assert.ok(pages < 4);
    const { text } = await staff.own.get(at);
    assert.match(text, /201 forløb/);
    ids.push(...[...text.matchAll(/<th scope="row"><a[^>]*>([^<]*)</g)].map(([, id]) => unescapeHtml(id)));
    const next = /href="([^"]*)">Næste side/.exec(text);
    at = next && unescapeHtml(next[1]);
  }
  assert.equal(ids.length, 201);
  assert.equal(new Set(ids).size, 201);
  const found = await staff.own.get(`${path}/course?id=${encodeURIComponent('F/007 &')}`);
  assert.equal(unescapeHtml(headingOf(found)), 'Forløb F/007 &');
  const none = await staff.own.get(`${path}/course?id=nej`);
  assert.equal(none.status, 404);
  assert.match(problemOf(none), /intet forløb med det id/);
  assert.match(none.text, /id="find"[^>]*value="nej"/);
  assert.equal((await staff.neighbour.get(`${path}/course?id=nej`)).status, 404);
});

// ---- files out

test('files out hold the courses of that municipality and can be imported again', async () => {
  const { round, path } = await newRound();
  assert.doesNotMatch((await staff.own.get(path)).text, /courses\.csv/, 'nothing to export yet');
  await hjemsvar.cli(['courses', 'import', fixture('good.csv'), '--round', round]);
  const csv = await staff.own.get(`${path}.csv`);
  assert.deepEqual(
    [csv.status, csv.headers['content-type'], csv.headers['cache-control']],
    [200, 'text/csv; charset=utf-8', 'no-store'],
  );
  assert.match(csv.headers['content-disposition'], /attachment; .*filename\*=UTF-8''forl%C3%B8b-Helsing%C3%B8r\.csv/);
  assert.match(csv.bytes.toString(), /^\ufeffmunicipality_code;course_id;[^]*21,50/);
  assert.deepEqual(
    csvObjects(csv.bytes.toString().replace(/^\ufeff/, '').replaceAll(',', '.').replaceAll(';', ',')).map((row) => row.course_id),
    ['F-1', 'F-2'],
  );
  const again = await send(staff.own, path, csv.bytes);
  assert.deepEqual(told(again).counts, [0, 0, 2]);
  for (const [file, courses] of [['.xlsx', 2], ['/template.xlsx', 0]]) {
    const book = await staff.own.get(path + file);
    assert.match(book.headers['content-type'], /spreadsheetml\.sheet$/);
    const name = await hjemsvar.file('out.xlsx', book.sent);
    const done = await hjemsvar.cli(['courses', 'import', name, '--round', round, '--json']);
    const { unchanged, errors, courses: count } = JSON.parse(done.stdout);
    assert.deepEqual([count, unchanged, errors], [courses, courses, 0], file);
  }
  assert.deepEqual(
    (await audit(round)).map(([action, , , details]) => `${action} ${details}`),
    ['course.export {"format": "csv", "courses": 2}', 'course.export {"format": "xlsx", "courses": 2}'],
  );
});

// ---- in a browser

const newDesk = (viewport, who) =>
  deskPage(browser, staff[who], viewport, { javaScriptEnabled: false });
const title = (page) => page.textContent('h1');

async function choose(page, name) {
  await page.setInputFiles('#file', fixture(name));
  await click(page, 'button.main');
}

for (const [where, viewport] of screens) {
  test(`a coordinator imports a sheet and mends a course (${where})`, async () => {
    const { round, path } = await newRound();
    const page = await newDesk(viewport, 'own');
    await page.goto(desk.server.console + path);
    assert.equal(await title(page), 'Forløb');
    await look(page, 'none');
    await click(page, 'main a.button');
    await look(page, 'import');
    await click(page, 'button.main');
    assert.match(await page.textContent('.problem'), /Vælg en fil/);
    await look(page, 'import_problem');
    await choose(page, 'bomb.xlsx');
    await look(page, 'import_bomb');
    await choose(page, 'wrong_types.csv');
    assert.equal(await title(page), 'Arket kan ikke gemmes endnu');
    await look(page, 'preview_errors');
    await choose(page, 'cpr_column.csv');
    await look(page, 'preview_warnings');
    await page.goto(`${desk.server.console}${path}/import`);
    await choose(page, 'libreoffice.xlsx');
    assert.equal(await title(page), 'Se efter, før du gemmer');
    await look(page, 'preview');
    assert.deepEqual(await stored(round), []);
    await click(page, 'button.main');
    assert.match(await page.textContent('[role=status]'), /Gemt: 2 nye/);
    assert.equal((await stored(round)).length, 2);
    await look(page, 'list');

    await click(page, 'tbody th a');
    await look(page, 'course');
    await page.fill('#visits', 'mange');
    await page.selectOption('#goal_agreement', '8');
    await click(page, 'button.main');
    assert.match(await page.title(), /^Fejl: /);
    assert.equal(await page.inputValue('#visits'), 'mange');
    assert.equal(await page.inputValue('#goal_agreement'), '8');
    await look(page, 'course_problem');
    await page.fill('#visits', '1');
    await page.fill('#hours_total', '40');
    await click(page, 'button.main');
    assert.match(await page.textContent('#warnings'), /5 timer eller mere/);
    await look(page, 'course_warning');
    await click(page, 'button.main');
    assert.match(await page.textContent('[role=status]'), /Forløbet er gemt/);
    await click(page, 'tbody th a');
    await click(page, 'main > p:last-child a');
    await look(page, 'course_delete');
    await click(page, 'button.main');
    assert.match(await page.textContent('[role=status]'), /Forløbet er slettet/);
    assert.equal((await stored(round)).length, 1);
    await page.context().close();
  });
}

test('the pages are there in English, too', async () => {
  const { path } = await newRound();
  const page = await newDesk(desktop, 'evaluator');
  for (const rest of ['', '/course', '/import']) {
    await page.goto(`${desk.server.console}${path}${rest}?lang=en`);
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    await look(page, `english${rest.replace('/', '_')}`);
  }
  await page.context().close();
});

test('a browser that sends too large a file shows the page that says so', async () => {
  const { path } = await newRound();
  const page = await newDesk(desktop, 'own');
  await page.goto(`${desk.server.console}${path}/import`);
  const large = await hjemsvar.file('large.csv', Buffer.alloc(17 * MIB, 'x'));
  await page.setInputFiles('#file', large);
  await click(page, 'button.main');
  assert.equal(await title(page), 'Det, der blev sendt, er for stort');
  assert.equal(page.served.status(), 413);
  await look(page, 'too_large');
  await page.context().close();
});

// ---- the sheet on a phone

// A link of the municipality's, as its page shows it once.
async function newLink(path, fields = {}) {
  const reply = await staff.own.post(`${path}/sheets`, { name: 'Team Nord', days: 90, ...fields });
  assert.equal(reply.status, 200, problemOf(reply));
  assert.equal(headingOf(reply), 'Linket er klar');
  const link = new URL(/id="link" value="([^"]*)"/.exec(reply.text)[1]);
  const code = link.pathname.slice('/A/'.length);
  assert.match(code, /^[0-9A-Z]{11}$/);
  desk.server.keep(code);
  return { code, path: `/A/${code}`, page: reply };
}

const sheet = (path, form) => request(desk.server.respondents, path, form && { form });
const hiddenOf = ({ text }) =>
  Object.fromEntries(
    [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name, value]) => [name, unescapeHtml(value)]),
  );
const whole = {
  course_id: 'F-12',
  referred_by: 'daycare',
  visitation_on: '2026-01-05',
  started_on: '2026-01-12',
  closed_on: '2026-06-30',
  outcome: 'completed',
  visits: '20',
  hours_total: '30',
  goal_agreement: '1',
  development_agreement: '2',
};
// What is sent once the check page was read, as a browser sends it.
async function sendSheet(path, fields) {
  const check = await sheet(path, { ...fields, action: 'check' });
  assert.equal(headingOf(check), 'Tjek, før du sender', visibleText(check.text));
  return sheet(path, { ...hiddenOf(check), action: 'send' });
}

test('a home educator registers a course on a phone, and the municipality and the report have it', async () => {
  const { round, path } = await newRound();
  const link = await newLink(path);
  const phone = await newPhone(browser, { javaScriptEnabled: false });
  const fine = async (name, dark = false) => {
    await picture(phone, `sheet_${name}`);
    assert.deepEqual(await faults(phone), [], name);
    assert.deepEqual(await barriers(phone, { dark }), [], name);
    assert.equal(await sticksOut(phone), false, name);
    assert.deepEqual(phone.broken, [], name);
  };
  await phone.goto(desk.server.respondents + link.path);
  assert.equal(await title(phone), 'Registrér et forløb');
  assert.match(await phone.textContent('header'), /Helsingør/);
  assert.equal(await phone.isVisible('#interrupted_reason'), false, 'asked of interrupted courses alone');
  await fine('form');

  await phone.fill('#course_id', '311222-1234');
  await phone.fill('#started_on', '2025-01-01');
  await phone.fill('#closed_on', '2026-01-20'); // 384 days
  await phone.check('[value=interrupted]');
  await phone.check('[name=interrupted_reason][value=moved_away]');
  await phone.fill('#visits', 'mange');
  await phone.fill('#hours_total', '12,5');
  await phone.check('[name=goal_agreement][value="2"]');
  await click(phone, 'button.main');
  assert.equal(phone.served.status(), 422);
  assert.match(await phone.title(), /^Fejl: /);
  assert.match(await phone.textContent('#problems'), /Forløbs-id: Id'et ligner et CPR-nummer[^]*Hvor mange besøg/);
  assert.deepEqual(
    [await phone.inputValue('#closed_on'), await phone.inputValue('#visits'), await phone.inputValue('#hours_total')],
    ['2026-01-20', 'mange', '12,5'],
    'nothing typed is lost',
  );
  assert.equal(await phone.isChecked('[value=moved_away]'), true);
  await fine('problem');

  await phone.fill('#course_id', ' f-7 ');
  await phone.fill('#visits', '2');
  await click(phone, 'button.main');
  assert.equal(await title(phone), 'Tjek, før du sender');
  assert.match(await phone.textContent('#warnings'), /Er det rigtigt\?[^]*varede over 40 uger[^]*5 timer eller mere/);
  assert.match(await phone.textContent('#closed_on'), /20-01-2026/);
  await fine('check', true);
  assert.deepEqual(await stored(round), [], 'nothing is sent yet');

  await click(phone, '#visits button');
  assert.equal(new URL(phone.url()).hash, '#visits', 'where it is to be mended');
  await phone.fill('#visits', '10');
  await click(phone, 'button.main');
  assert.doesNotMatch(await phone.textContent('#warnings'), /5 timer/);
  assert.equal(await phone.textContent('button.main'), 'Ja, det er rigtigt. Send');
  await click(phone, 'button.main');
  assert.equal(await title(phone), 'Tak, vi har fået det');
  assert.match(await phone.textContent('main'), /f-7/);
  await fine('done');
  assert.deepEqual(await stored(round), ['217 f-7 10']);
  await phone.context().close();

  const list = await staff.own.get(path);
  assert.match(list.text, /id=f-7">f-7<\/a>[^]*<td class="day">20-01-2026<\/td><td>Afbrudt<\/td><td>10<\/td><td>12,5<\/td><td>Team Nord<\/td>/);
  const changed = await staff.own.post(`${path}/course`, { ...whole, old: 'f-7' });
  assert.equal(changed.status, 303, 'staff mend it as any other');
  await staff.own.post(storeAt(await send(staff.own, path, 'course_id,closed_on,visits,outcome\nf-7,2026-05-01,12,afsluttet\n')));
  assert.deepEqual(await stored(round), ['217 f-7 12'], 'an import does what it does to all');
  const { courses } = JSON.parse(await hjemsvar.ok('report', '--round', round, '--format', 'json'));
  assert.deepEqual([courses.registered, courses.closed], [1, 1]);
  assert.deepEqual(
    (await audit(round)).map(([action, municipality, subject]) => `${action} ${municipality} ${subject}`.replace(/\d+$/, 'N')),
    ['course.link_make 217 sheet_link N', 'course.sheet 217 sheet_link N', 'course.change 217 ', 'course.import 217 '],
  );
  const came = await hjemsvar.sql(`SELECT actor, details FROM audit WHERE round = ${round} AND action = 'course.sheet'`);
  assert.deepEqual(came, [['nobody', '{}']]);
});

test('a sheet that is sent again is one course, and nobody without an account learns which there are', async () => {
  const { round, path } = await newRound();
  await hjemsvar.sql(`INSERT INTO course (round, municipality, course_id, visits) VALUES (${round}, 217, 'F-1', 3)`);
  const link = await newLink(path);
  const replies = [];
  for (const fields of [whole, whole, { ...whole, course_id: 'F-1' }, { ...whole, course_id: 'F-1' }, { ...whole, visits: '21' }])
    replies.push(await sendSheet(link.path, fields));
  const [fresh] = replies;
  for (const reply of replies)
    assert.deepEqual(
      [reply.status, reply.text.replaceAll('F-1 ', 'F-12 ')],
      [200, fresh.text],
      'new, repeated and waiting are answered alike',
    );
  assert.deepEqual(await stored(round), ['217 F-1 3', '217 F-12 20']);
  const twice = await Promise.all(Array.from({ length: 4 }, () => sendSheet(link.path, { ...whole, course_id: 'F-30' })));
  assert.ok(twice.every(({ status }) => status === 200));
  assert.deepEqual(await stored(round), ['217 F-1 3', '217 F-12 20', '217 F-30 20']);
  const [[sheets]] = await hjemsvar.sql(`SELECT sheets FROM sheet_link WHERE round = ${round}`);
  assert.equal(sheets, '4', 'two are new, two wait');
});

test('an id is made for a course that has none, the same each time the page is sent', async () => {
  const { round, path } = await newRound();
  const link = await newLink(path);
  const { made } = hiddenOf(await sheet(link.path));
  assert.match(made, /^ARK-[0-9A-Z]{7}$/);
  const fields = { ...whole, course_id: ' ', made };
  for (let turn = 0; turn < 2; turn++) {
    const done = await sendSheet(link.path, fields);
    assert.match(visibleText(done.text), new RegExp(`Giv nummeret ${made} videre`));
  }
  assert.deepEqual(await stored(round), [`217 ${made} 20`]);
  const other = hiddenOf(await sheet(link.path, { ...fields, made: '311222-1234', action: 'check' }));
  assert.match(other.made, /^ARK-/, 'no other id is taken for a made one');
  const odd = await sheet(link.path, { ...whole, closed_on: whole.started_on, action: 'send' });
  assert.deepEqual([odd.status, headingOf(odd)], [422, 'Tjek, før du sender'], 'what is odd is asked about first');
  assert.deepEqual(await stored(round), [`217 ${made} 20`]);
  const empty = await sheet(link.path, { made, action: 'send' });
  assert.deepEqual([empty.status, /Arket er tomt/.test(empty.text)], [422, true]);
  const gone = hiddenOf(await sheet(link.path, { ...whole, interrupted_reason: 'no_time', action: 'check' }));
  assert.equal(gone.interrupted_reason, '', 'a question that is no longer shown');
});

test('a sheet about a course that stands there waits until the municipality has looked', async () => {
  const { round, path } = await newRound();
  await hjemsvar.sql(`INSERT INTO course (round, municipality, course_id, visitation_on, visits) VALUES (${round}, 217, 'F-12', '2026-01-07', 3)`);
  const link = await newLink(path);
  const { referred_by, visitation_on, ...some } = whole;
  await sendSheet(link.path, { ...some, outcome: '' });
  await sendSheet(link.path, { ...some, visits: '22' });
  await sendSheet(link.path, { ...some, visits: '23', course_id: 'F-12' });
  const page = await newDesk(desktop, 'own');
  await page.goto(desk.server.console + path);
  assert.match(await page.textContent('section.box'), /3 ark venter/);
  await look(page, 'waiting');
  await click(page, 'section.box li:nth-child(2) a');
  assert.equal(await title(page), 'Forløb F-12');
  assert.deepEqual(
    [await page.inputValue('#visits'), await page.inputValue('#visitation_on')],
    ['22', '07-01-2026'],
    'what the sheet says, and what stands where it says nothing',
  );
  assert.match(await page.textContent('main form'), /Antal besøg[^]*Står nu: 3/);
  await look(page, 'waiting_course');
  const address = page.url();
  await click(page, 'button.main');
  assert.match(await page.textContent('[role=status]'), /Forløbet er gemt/);
  assert.deepEqual(await stored(round), ['217 F-12 22']);
  assert.match(await page.textContent('section.box'), /2 ark venter/);
  await page.goto(address);
  assert.match(await page.textContent('#problems'), /Arket er ikke her mere/);
  await click(page, 'section.box li:nth-child(1) a');
  await click(page, 'main form:last-of-type button');
  assert.match(await page.textContent('[role=status]'), /Arket er kasseret/);
  await click(page, 'section.box li:nth-child(1) a');
  await page.fill('#course_id', 'F-13');
  await click(page, 'button.main');
  assert.deepEqual(await stored(round), ['217 F-12 22', '217 F-13 23'], 'it was another course');
  assert.equal(await page.isVisible('section.box'), false);
  await page.context().close();
  assert.deepEqual(
    (await audit(round)).map(([action]) => action).filter((action) => !/link_make|sheet_wait/.test(action)),
    ['course.change', 'course.sheet_use', 'course.sheet_drop', 'course.add', 'course.sheet_use'],
  );
  const other = await sendSheet(link.path, { ...whole, course_id: 'F-13' });
  assert.equal(other.status, 200);
  const [[id]] = await hjemsvar.sql(`SELECT id FROM course_sheet WHERE round = ${round}`);
  assert.equal((await staff.neighbour.get(`${path}/course?id=F-13&sheet=${id}`)).status, 404);
  const own = path.replace('/217/', '/101/');
  assert.equal((await staff.neighbour.post(`${own}/course/sheet`, { sheet: id })).status, 404);
});

for (const [where, viewport] of screens)
  test(`links are made, listed and revoked (${where})`, async () => {
    const { round, path } = await newRound();
    const page = await newDesk(viewport, 'own');
    await page.goto(`${desk.server.console}${path}/sheets`);
    await look(page, 'sheet_links_none');
    assert.equal(await page.locator('table').count(), 0, 'no headings of an empty list');
    await page.fill('#days', '400');
    await click(page, 'section button.main');
    assert.match(await page.textContent('#name-problem'), /Skriv, hvem linket er til/);
    await page.fill('#name', 'Team Nord');
    await click(page, 'section button.main');
    assert.match(await page.textContent('#days-problem'), /fra 1 til 366/);
    await look(page, 'sheet_links_problem');
    await page.fill('#days', '30');
    await click(page, 'section button.main');
    const link = await page.inputValue('#link');
    desk.server.keep(link.slice(-11));
    await look(page, 'sheet_link');
    const open = await request(desk.server.respondents, new URL(link).pathname.toLowerCase());
    assert.equal(open.status, 200);
    assert.doesNotMatch(open.text, /href="\/privacy/, 'what parents are told is not about home educators');
    assert.match(open.text, /href="\/was/);
    await click(page, 'main > p:last-of-type a');
    assert.match(await page.textContent('tbody'), /Team Nord[^]*gælder/);
    assert.doesNotMatch(await page.content(), new RegExp(link.slice(-11)), 'shown once');
    await look(page, 'sheet_links');
    await click(page, 'tbody button');
    assert.match(await page.textContent('tbody'), /tilbagekaldt/);
    await page.context().close();
    const over = await sheet(new URL(link).pathname);
    assert.deepEqual([over.status, headingOf(over)], [410, 'Linket gælder ikke længere']);
    const sent = await sheet(new URL(link).pathname, { ...whole, action: 'send' });
    assert.deepEqual([sent.status, await stored(round)], [410, []]);
  });

test('a link that is none says so', async () => {
  const cases = {
    '7KQ4M2VXXXX': 'Linket er skrevet forkert',
    '7KQ4M2V': 'Linket er skrevet forkert', // a parent's
    '00000000000': 'Linket findes ikke',
  };
  for (const [code, heading] of Object.entries(cases)) {
    const reply = await sheet(`/A/${code}`);
    assert.deepEqual([reply.status, headingOf(reply)], [404, heading], code);
    assert.equal((await sheet(`/A/${code}`, { ...whole, action: 'send' })).status, 404);
  }
});
