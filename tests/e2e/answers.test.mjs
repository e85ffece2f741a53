// What is stored of what is sent: every path of Bilag 8, forged fields, faults.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { columnsOf, exportRow, exportRows, fullAnswer, rowOf } from './lib/answers.mjs';
import { Hjemsvar } from './lib/hjemsvar.mjs';
import {
  Parent,
  drawNumber,
  encodeForm,
  eventually,
  postForm,
  request,
  sendJson,
  spread,
  startServer,
} from './lib/server.mjs';

let hjemsvar;
let server;
let round;
let code;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  const created = await hjemsvar.createRound();
  round = created.round;
  code = created.links[0].code;
  server = await startServer(hjemsvar);
});

after(async () => {
  await server?.stop();
  await hjemsvar?.drop();
});

const json = { Accept: 'application/json' };

// The stored JSON of the answer with a comment.
async function stored(comment) {
  const rows = await hjemsvar.sql(
    `SELECT answers FROM submission WHERE answers->>'q10' = '${comment}'`,
  );
  assert.equal(rows.length, 1);
  return JSON.parse(rows[0][0]);
}

const count = async () => Number((await hjemsvar.sql('SELECT count(*) FROM submission'))[0][0]);

test('takes an answer for three children, two of them in daycare', async () => {
  const answers = {
    q1: 2,
    q2: 2,
    q3: 3,
    q4_1: 1,
    q4_2: 2,
    q4_3: 1,
    q5_1: 1,
    q5_2: 2,
    q5_3: 1,
    q6_1: 1,
    q6_2: 8,
    q6_3: 3,
    q7: 2,
    q8_1: 4,
    q8_3: 5,
    q9: 9,
    q10: 'Tre børn, to i dagtilbud',
  };
  const reply = await sendJson(server, code, answers);
  assert.equal(reply.status, 201, reply.text);
  assert.match(reply.headers['content-type'], /^application\/json/);
  assert.deepEqual(Object.keys(reply.json()), ['receipt']);
  assert.match(reply.json().receipt, /^[0-9A-HJKMNP-TV-Z]{16}$/);
  const row = await exportRow(hjemsvar, round, answers.q10);
  assert.deepEqual(columnsOf(row), rowOf(answers));
  const filled = Object.keys(row).filter((column) => row[column] !== '');
  assert.deepEqual(filled, [
    ...['response_id', 'municipality_code', 'municipality', 'language', 'received_week'],
    ...['q1', 'q2', 'q3', 'q4_1', 'q4_2', 'q4_3', 'q5_1', 'q5_2', 'q5_3', 'q6_1', 'q6_2', 'q6_3'],
    ...['q7', 'q8_1', 'q8_3', 'q9', 'q9_first', 'q9_check', 'q10'],
    ...['flag_duplicate', 'flag_scale', 'flag_straightline', 'flag_empty', 'flag_burst', 'weight'],
  ]);
  assert.deepEqual([row.municipality_code, row.municipality], ['101', 'København']);
  assert.match(row.received_week, /^\d{4}-W\d{2}$/);
  assert.match(row.response_id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

// ---- all paths

// Question 4 of up to three children in every combination of ja, nej and nothing; beyond
// that the ends and a mixture.
function families() {
  const all = [[]];
  for (let children = 1, from = 0; children <= 3; children++) {
    const to = all.length;
    for (const family of all.slice(from, to))
      for (const value of [1, 2, undefined]) all.push([...family, value]);
    from = to;
  }
  const mixture = [1, 2, undefined, 1, 1, 2];
  for (let children = 4; children <= 6; children++)
    for (const values of [[1], [2], [undefined], mixture, [...mixture].reverse()])
      all.push(Array.from({ length: children }, (_, i) => values[i % values.length]));
  return all.slice(1);
}

test('takes every path through the questionnaire', async () => {
  const paths = families().flatMap((daycare, i) => {
    const full = fullAnswer(daycare, i);
    const bare = { q3: daycare.length };
    daycare.forEach((value, child) => (bare[`q4_${child + 1}`] = value));
    return [full, bare];
  });
  assert.equal(paths.length, 2 * (3 + 9 + 27 + 15));
  paths.push(
    { q1: 3, q3: 1 },
    { q1: 3, q1_text: 'æøå Ελένη 安', q3: 6 },
    { q3: 2, q5_1: 8, q5_2: 8, q6_1: 8, q6_2: 8, q7: 8, q4_1: 1, q8_1: 8 },
    { q3: 1, q9: 8, q9_first: 1 },
    { q3: 1, q9: 1, q9_first: 1 },
  );
  const sent = paths.map((answers, i) => ({ ...answers, q10: `sti nummer ${i}` }));
  const replies = await spread(sent, 16, (answers) => sendJson(server, code, answers));
  replies.forEach((reply, i) => assert.equal(reply.status, 201, JSON.stringify(sent[i]) + reply.text));
  const rows = new Map((await exportRows(hjemsvar, round)).map((row) => [row.q10, row]));
  for (const answers of sent)
    assert.deepEqual(columnsOf(rows.get(answers.q10)), rowOf(answers), JSON.stringify(answers));
});

test('takes an answer of nothing but question 3', async () => {
  const before = await count();
  const reply = await sendJson(server, code, { q3: 1, q10: '' });
  assert.equal(reply.status, 201);
  assert.equal(await count(), before + 1);
});

// ---- what was not asked

test('never stores an answer to a question that was not asked', async () => {
  const q10 = 'Forfalskede felter';
  const asked = { q1: 1, q3: 2, q4_1: 2, q5_1: 1, q10 };
  const forged = {
    ...{ q1_text: 'ikke spurgt om', q4_3: 1, q5_3: 1, q5_6: 2, q6_4: 1, q8_1: 1, q8_2: 1 },
    ...{ q8_3: 1, q9_first: 3 },
  };
  assert.equal((await sendJson(server, code, { ...forged, ...asked })).status, 201);
  assert.deepEqual(await stored(q10), { q1: 1, q3: 2, q4_1: 2, q5_1: 1, q10 });
});

test('passes over what nobody asked for, whatever it says', async () => {
  const q10 = 'Ukendte felter';
  const others = { q4_5: '77', q8_1: 'x', q1_text: 'y'.repeat(300), q11: '1', q5: '1', 'q5_7': '1' };
  const strangers = { round: '99', municipality: '217', response_id: 'x', weight: '3', æ: 'ø' };
  const reply = await sendJson(server, code, { q3: 1, q10, ...others, ...strangers });
  assert.equal(reply.status, 201, reply.text);
  assert.deepEqual(await stored(q10), { q3: 1, q10 });
  assert.equal((await exportRow(hjemsvar, round, q10)).municipality_code, '101');
});

test('counts a forged answer through the pages as little', async () => {
  const parent = await new Parent(server, code).open();
  await parent.walk({ q3: 2, q4_1: 2, q4_2: 1, q8_2: 1, q10: 'Forfalsket på siderne' });
  parent.page.hidden.push(['q8_1', '5'], ['q4_4', '1'], ['q8_4', '1']);
  await parent.press('send');
  assert.equal(parent.status, 201);
  const { q3, q4_1, q4_2, q8_2, ...rest } = await stored('Forfalsket på siderne');
  assert.deepEqual([q3, q4_1, q4_2, q8_2], [2, 2, 1, 1]);
  assert.deepEqual(Object.keys(rest), ['q10']);
});

// ---- faults

const family = { q3: 2, q4_1: 1, q4_2: 1 };
const faults = [
  [{ q3: undefined }, ['q3']],
  [{ q3: '' }, ['q3']],
  ...['0', '7', '01', '+1', '1.0', '1e0', 'to', '٢', '-1', '100', '1 2'].map((q3) => [{ q3 }, ['q3']]),
  [{ q1: '0' }, ['q1']],
  [{ q1: '4' }, ['q1']],
  [{ q1: 'mor' }, ['q1']],
  [{ q2: '3' }, ['q2']],
  [{ q4_2: '9' }, ['q4_2']],
  [{ q5_1: '0' }, ['q5_1']],
  [{ q5_2: '6' }, ['q5_2']],
  [{ q6_1: '7' }, ['q6_1']],
  [{ q6_2: '9' }, ['q6_2']],
  [{ q7: '10' }, ['q7']],
  [{ q8_2: '6' }, ['q8_2']],
  [{ q9: '0' }, ['q9']],
  [{ q9: '11' }, ['q9']],
  [{ q9: '99' }, ['q9']],
  [{ q9: '5', q9_first: '11' }, ['q9_first']],
  [{ q1: '3', q1_text: 'x'.repeat(201) }, ['q1_text']],
  [{ q10: '\u{1f600}'.repeat(4001) }, ['q10']],
  [{ q10: 'x'.repeat(4001) }, ['q10']],
  [{ q9: '0', q7: '7', q1: '4', q5_1: 'x' }, ['q1', 'q5_1', 'q7', 'q9']],
];

for (const [fields, named] of faults) {
  const shown = JSON.stringify(fields).slice(0, 60);
  test(`refuses ${shown} and names ${named}`, async () => {
    const before = await count();
    const reply = await sendJson(server, code, { ...family, ...fields });
    assert.equal(reply.status, 422, reply.text);
    const { errors } = reply.json();
    assert.deepEqual(errors.map(({ field }) => field), named);
    for (const { message } of errors) assert.ok(message.length > 10, message);
    assert.equal(await count(), before);
  });
}

test('says a fault in the words of the page and in its language', async () => {
  const { round: other, links } = await hjemsvar.createRound('--languages', 'da,en', '--allow-drafts');
  assert.ok(other > round);
  const inDanish = await sendJson(server, code, { q3: '7' });
  assert.equal(inDanish.json().errors[0].message, 'Vælg en af svarmulighederne i spørgsmål 3.');
  const child = await sendJson(server, code, { ...family, q5_2: '6' });
  assert.equal(child.json().errors[0].message, 'Vælg en af svarmulighederne i spørgsmål 5 (Barn 2).');
  const inEnglish = await eventually(
    () => sendJson(server, links[0].code, { q3: '7', lang: 'en' }),
    ({ status }) => status !== 404, // until the server has heard of the round
  );
  assert.equal(inEnglish.json().errors[0].message, 'Choose one of the options in question 3.');
});

test('counts a text in code points after composing it', async () => {
  const comment = 'e\u0301'.repeat(4000);
  const relation = '\u{1f46a}'.repeat(200);
  const reply = await sendJson(server, code, { q1: 3, q1_text: relation, q3: 1, q10: comment });
  assert.equal(reply.status, 201, reply.text);
  const row = await exportRow(hjemsvar, round, 'é'.repeat(4000));
  assert.equal(row.q1_text, relation);
});

for (const [what, raw] of [
  ['a byte that is no UTF-8', 'q10=tekst%ff'],
  ['half a character', 'q10=%c3'],
  ['an overlong form', 'q10=%c0%af'],
  ['a surrogate', 'q10=%ed%a0%80'],
  ['a NUL', 'q10=for%00mand'],
]) {
  test(`refuses ${what} in a text and names the field`, async () => {
    const before = await count();
    const body = `${encodeForm({ submission: drawNumber(), action: 'send', q3: 1 })}&${raw}`;
    const reply = await request(server.respondents, `/S/${code}`, { headers: json, body });
    assert.equal(reply.status, 422);
    assert.deepEqual(reply.json().errors.map(({ field }) => field), ['q10']);
    assert.equal(await count(), before);
  });
}

test('refuses a NUL in a choice', async () => {
  const body = `${encodeForm({ submission: drawNumber(), action: 'send' })}&q3=1%00`;
  const reply = await request(server.respondents, `/S/${code}`, { headers: json, body });
  assert.equal(reply.status, 422);
  assert.equal(reply.json().errors[0].field, 'q3');
});

for (const field of ['submission', 'action']) {
  test(`does not cut ${field} at a NUL`, async () => {
    const before = await count();
    const form = { submission: drawNumber(), action: 'send', q3: 1 };
    const body = encodeForm({ ...form, [field]: `${form[field]}\0x` });
    const reply = await request(server.respondents, `/S/${code}`, { headers: json, body });
    assert.equal(reply.status, 422);
    assert.deepEqual(reply.json().errors.map((error) => error.field), [field]);
    assert.equal(await count(), before);
  });
}

test('shows bad bytes on the page as a problem of their field', async () => {
  const body = `${encodeForm({ page: 'comment', action: 'next', q3: 1 })}&q10=%ff`;
  const reply = await request(server.respondents, `/S/${code}`, { body });
  assert.equal(reply.status, 422);
  assert.equal(reply.page().problems[0].target, 'q10');
  assert.match(reply.page().problems[0].text, /kunne ikke læses/);
});

for (const submission of [
  undefined,
  '',
  'X'.repeat(25),
  'X'.repeat(27),
  'U'.repeat(26),
  `${'X'.repeat(25)}!`,
  'æ'.repeat(13),
  `${'X'.repeat(13)}-${'X'.repeat(12)}`,
]) {
  test(`refuses an answer under the number ${submission}`, async () => {
    const reply = await sendJson(server, code, { q3: 1, submission });
    assert.equal(reply.status, 422);
    assert.deepEqual(reply.json().errors.map(({ field }) => field), ['submission']);
    assert.ok(reply.json().errors[0].message.length > 10);
  });
}

test('knows a number in lower case again', async () => {
  const submission = drawNumber();
  assert.equal((await sendJson(server, code, { q3: 1, submission })).status, 201);
  const again = await sendJson(server, code, { q3: 1, submission: submission.toLowerCase() });
  assert.equal(again.status, 200);
});

test('gives a form without a number one, and then takes it', async () => {
  const before = await count();
  const parent = new Parent(server, code);
  const form = { action: 'send', q3: 1, q9: 7, q10: 'Uden løbenummer' };
  await parent.take(await postForm(server, `/S/${code}`, form));
  assert.equal(parent.status, 422);
  assert.equal(parent.where, 'check');
  assert.equal(parent.page.title, 'Fejl: Dit svar er ikke sendt endnu');
  assert.equal(parent.page.items.q9.value, '7');
  assert.equal(await count(), before);
  await parent.press('send');
  assert.equal(parent.status, 201);
  assert.deepEqual(await stored(form.q10), { q3: 1, q9: 7, q10: form.q10 });
});

for (const action of ['next', 'back', 'change:q1', 'lang:en', '', undefined, 'delete']) {
  test(`has no action ${action} for a program`, async () => {
    const before = await count();
    const reply = await sendJson(server, code, { q3: 1, action });
    assert.equal(reply.status, 422);
    assert.deepEqual(reply.json().errors.map(({ field }) => field), ['action']);
    assert.equal(await count(), before);
  });
}

// ---- the form itself

for (const [what, raw] of [
  ['question 3', 'q3=1&q3=2'],
  ['an empty field', 'q10=&q10='],
  ['the action', 'q3=1&action=send&action=send'],
  ['an unknown field', 'q3=1&x=1&x=2'],
]) {
  test(`refuses a form that has ${what} twice`, async () => {
    const body = `submission=${drawNumber()}&${raw}`;
    const reply = await request(server.respondents, `/S/${code}`, { headers: json, body });
    assert.equal(reply.status, 400);
    assert.deepEqual(reply.json(), { error: 'bad_request' });
  });
}

test('refuses a form of too many fields', async () => {
  const body = Array.from({ length: 700 }, (_, i) => `f${i}=`).join('&');
  const reply = await request(server.respondents, `/S/${code}`, { headers: json, body });
  assert.equal(reply.status, 400);
});

for (const type of [
  'application/json',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencodedx',
  '',
]) {
  test(`takes no body of type "${type}"`, async () => {
    const headers = { ...json, 'Content-Type': type };
    const reply = await request(server.respondents, `/S/${code}`, { headers, body: 'q3=1' });
    assert.equal(reply.status, 415);
    assert.deepEqual(reply.json(), { error: 'unsupported_media_type' });
  });
}

for (const type of [
  'application/x-www-form-urlencoded; charset=UTF-8',
  'Application/X-WWW-Form-Urlencoded',
]) {
  test(`takes a body of type "${type}"`, async () => {
    const headers = { 'Content-Type': type };
    assert.equal((await sendJson(server, code, { q3: 1 }, { headers })).status, 201);
  });
}

// A body of so many bytes that is a good answer, filled up by a field nobody asked for.
function sized(bytes) {
  const start = `${encodeForm({ submission: drawNumber(), action: 'send', q3: 1 })}&filler=`;
  return start + 'x'.repeat(bytes - start.length);
}

test('takes a body of 96 KiB', async () => {
  const body = sized(96 * 1024);
  const reply = await request(server.respondents, `/S/${code}`, { headers: json, body });
  assert.equal(reply.status, 201);
});

for (const bytes of [96 * 1024 + 1, 97 * 1024]) {
  test(`refuses a body of ${bytes} bytes`, async () => {
    const before = await count();
    const body = sized(bytes);
    const reply = await request(server.respondents, `/S/${code}`, { headers: json, body });
    assert.equal(reply.status, 413);
    assert.deepEqual(reply.json(), { error: 'too_large' });
    assert.equal(await count(), before);
  });
}
