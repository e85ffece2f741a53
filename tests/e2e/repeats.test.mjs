// The same answer twice, another answer under the same number, an answer taken back.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';

import { exportRows } from './lib/answers.mjs';
import { Hjemsvar } from './lib/hjemsvar.mjs';
import {
  Parent,
  drawNumber,
  eventually,
  postForm,
  request,
  sendJson,
  spread,
  startServer,
  withdraw,
} from './lib/server.mjs';

let hjemsvar;
let server;
let round;
let code;
let neighbour; // the code of another municipality in the same round

before(async () => {
  hjemsvar = await Hjemsvar.create();
  const created = await hjemsvar.createRound();
  round = created.round;
  [{ code }, { code: neighbour }] = created.links;
  server = await startServer(hjemsvar);
});

after(async () => {
  await server?.stop();
  await hjemsvar?.drop();
});

// The rows under a comment or a number, as the superuser sees them: whether withdrawn.
const rowsOf = (comment) =>
  hjemsvar.sql(`SELECT id FROM submission WHERE answers->>'q10' = '${comment}'`);

const tombstones = async () =>
  Number((await hjemsvar.sql('SELECT count(*) FROM submission WHERE withdrawn'))[0][0]);

const grouped = (receipt) => receipt.match(/.{4}/g).join('-');

// A parent on the check page with answers, not sent yet.
async function atTheCheck(answers) {
  const parent = await new Parent(server, code).open();
  await parent.walk(answers);
  return parent;
}

// The form of the check page after it was sent, with other answers in it: what a browser
// posts when one goes Back after sending and changes something.
function changed(fields, answers) {
  const kept = fields.filter(([name]) => !(name in answers));
  return [...kept, ...Object.entries(answers).map(([name, value]) => [name, String(value)])];
}

test('stores 1,000 answers once each, every third sent twice at the same moment', async () => {
  const many = await hjemsvar.createRound('--municipality', '479');
  const [link] = many.links;
  const left = new http.Agent({ keepAlive: true, maxSockets: 32 });
  const right = new http.Agent({ keepAlive: true, maxSockets: 32 });
  await eventually(
    () => request(server.respondents, `/S/${link.code}`),
    ({ status }) => status === 200,
  );
  const answers = Array.from({ length: 1000 }, (_, i) => ({
    submission: drawNumber(),
    q1: (i % 2) + 1,
    q3: (i % 6) + 1,
    q9: (i % 10) + 1,
    q10: `svar nummer ${i}`,
  }));
  const replies = await spread(answers, 32, (answer, i) =>
    Promise.all([
      sendJson(server, link.code, answer, { agent: left }),
      ...(i % 3 === 0 ? [sendJson(server, link.code, answer, { agent: right })] : []),
    ]),
  );
  left.destroy();
  right.destroy();
  const receipts = new Set();
  for (const [i, of] of replies.entries()) {
    const statuses = of.map(({ status }) => status).sort();
    assert.deepEqual(statuses, i % 3 === 0 ? [200, 201] : [201], `answer ${i}`);
    const own = new Set(of.map((reply) => reply.json().receipt));
    assert.equal(own.size, 1, 'both are given the same receipt');
    receipts.add(...own);
  }
  assert.equal(receipts.size, 1000);
  const rows = await exportRows(hjemsvar, many.round);
  assert.deepEqual(
    rows.map(({ q10 }) => q10).sort(),
    answers.map(({ q10 }) => q10).sort(),
  );
  const [sample] = replies[333];
  assert.equal((await withdraw(server, link.code, sample.json().receipt)).status, 200);
  const after = await exportRows(hjemsvar, many.round);
  assert.equal(after.length, 999);
  assert.ok(!after.some(({ q10 }) => q10 === answers[333].q10), 'the receipt is of that answer');
});

test('says thank you again for the same answer, with the same receipt', async () => {
  const answer = { submission: drawNumber(), q1: 2, q3: 1, q4_1: 1, q8_1: 8, q10: 'Sendt to gange' };
  const first = await sendJson(server, code, answer);
  assert.equal(first.status, 201);
  const again = await sendJson(server, code, { ...answer, q8_2: 1, seconds: 7, q10: ' Sendt to gange ' });
  assert.equal(again.status, 200, 'what is not asked or not typed makes no difference');
  assert.deepEqual(again.json(), first.json());
  assert.equal((await rowsOf(answer.q10)).length, 1);
});

test('thanks a browser that sends its form twice', async () => {
  const parent = await atTheCheck({ q3: 1, q10: 'Dobbeltklik' });
  const form = parent.fields('send');
  const replies = await Promise.all([
    postForm(server, `/S/${code}`, form),
    postForm(server, `/S/${code}`, form),
  ]);
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 201]);
  const [one, other] = replies.map((reply) => reply.page());
  assert.ok(one.receipt);
  server.keep(one.receipt);
  assert.equal(one.receipt, other.receipt);
  assert.equal(one.title, 'Mange tak');
  assert.equal(other.title, 'Mange tak');
  assert.equal((await rowsOf('Dobbeltklik')).length, 1);
});

test('stores nothing of other answers under the same number, and says so', async () => {
  const submission = drawNumber();
  const first = await sendJson(server, code, { submission, q3: 1, q10: 'Første svar' });
  const other = await sendJson(server, code, { submission, q3: 2, q10: 'Andet svar' });
  assert.equal(other.status, 409);
  assert.deepEqual(other.json(), { error: 'already_sent' });
  assert.equal((await rowsOf('Første svar')).length, 1);
  assert.equal((await rowsOf('Andet svar')).length, 0);
  const again = await sendJson(server, code, { submission, q3: 1, q10: 'Første svar' });
  assert.deepEqual([again.status, again.json()], [200, first.json()]);
});

test('replaces an answer when asked to, under a new number', async () => {
  const submission = drawNumber();
  const old = { submission, q3: 1, q10: 'Skal erstattes' };
  const fresh = { submission, q3: 1, q10: 'Er erstattet' };
  const first = await sendJson(server, code, old);
  const replaced = await sendJson(server, code, { ...fresh, action: 'replace' });
  assert.equal(replaced.status, 201, replaced.text);
  assert.notEqual(replaced.json().receipt, first.json().receipt);
  assert.equal((await rowsOf('Skal erstattes')).length, 0);
  assert.equal((await rowsOf('Er erstattet')).length, 1);

  const repeated = await sendJson(server, code, { ...fresh, action: 'replace' });
  assert.deepEqual([repeated.status, repeated.json()], [200, replaced.json()]);
  assert.equal((await rowsOf('Er erstattet')).length, 1);

  for (const answer of [old, fresh]) {
    const sent = await sendJson(server, code, answer);
    assert.deepEqual([sent.status, sent.json()], [410, { error: 'withdrawn' }]);
  }
  const oldReceipt = await withdraw(server, code, first.json().receipt);
  assert.equal(oldReceipt.status, 200, 'it is withdrawn already');
  assert.equal((await rowsOf('Er erstattet')).length, 1);
  assert.equal((await withdraw(server, code, replaced.json().receipt)).status, 200);
  assert.equal((await rowsOf('Er erstattet')).length, 0);
  const revived = await sendJson(server, code, { ...fresh, action: 'replace' });
  assert.equal(revived.status, 410);
  assert.equal((await rowsOf('Er erstattet')).length, 0);
});

test('replaces once when the same replacement comes twice at the same moment', async () => {
  const submission = drawNumber();
  await sendJson(server, code, { submission, q3: 1, q10: 'Til samtidig erstatning' });
  const fresh = { submission, q3: 2, q10: 'Samtidig erstatning', action: 'replace' };
  const replies = await Promise.all([1, 2, 3, 4].map(() => sendJson(server, code, fresh)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 200, 200, 201]);
  assert.equal(new Set(replies.map((reply) => reply.json().receipt)).size, 1);
  assert.equal((await rowsOf('Samtidig erstatning')).length, 1);
  assert.equal((await rowsOf('Til samtidig erstatning')).length, 0);
});

test('has nothing to replace where the answer is the same: thanks for that one', async () => {
  const answer = { submission: drawNumber(), q3: 1, q10: 'Erstattet af sig selv' };
  const first = await sendJson(server, code, answer);
  const same = await sendJson(server, code, { ...answer, action: 'replace' });
  assert.deepEqual([same.status, same.json()], [200, first.json()]);
  assert.equal((await rowsOf(answer.q10)).length, 1);
});

test('offers a parent one button to replace the first answer', async () => {
  const parent = await atTheCheck({ q1: 2, q3: 2, q4_1: 1, q8_1: 2, q10: 'Fra siden, først' });
  const sent = parent.fields('send');
  await parent.press('send');
  assert.equal(parent.status, 201);
  const receipt = parent.page.receipt;

  const other = changed(sent, { q10: 'Fra siden, siden', q8_1: 5 });
  await parent.take(await postForm(server, `/S/${code}`, other));
  assert.equal(parent.status, 409);
  assert.equal(parent.page.title, 'Fejl: Du har allerede sendt et svar');
  assert.equal(parent.reply.headers['cache-control'], 'no-store');
  const main = parent.page.buttons.filter(({ class: look }) => look === 'main');
  assert.deepEqual(main.map(({ value, text }) => [value, text]), [
    ['replace', 'Erstat mit første svar'],
  ]);
  const hidden = Object.fromEntries(parent.page.hidden);
  for (const [name, value] of other)
    if (name !== 'action') assert.equal(hidden[name], value, name);
  assert.equal((await rowsOf('Fra siden, først')).length, 1);

  const form = parent.fields('replace');
  await parent.press('replace');
  assert.equal(parent.status, 201);
  assert.notEqual(parent.page.receipt, receipt);
  const again = await postForm(server, `/S/${code}`, form);
  assert.equal(again.status, 200);
  assert.equal(again.page().receipt, parent.page.receipt);
  assert.equal((await rowsOf('Fra siden, først')).length, 0);
  assert.equal((await rowsOf('Fra siden, siden')).length, 1);
});

test('lets a parent change the answer again before replacing it', async () => {
  const parent = await atTheCheck({ q1: 1, q2: 1, q3: 1, q9: 3, q10: 'Rettes to gange' });
  const sent = parent.fields('send');
  await parent.press('send');
  await parent.take(await postForm(server, `/S/${code}`, changed(sent, { q9: 4 })));
  assert.equal(parent.status, 409);
  await parent.press('change:q9');
  await parent.set({ q9: 5 }).press('next');
  assert.equal(parent.where, 'check');
  assert.equal(parent.page.items.q9.value, '5');
  const main = parent.page.buttons.find(({ class: look }) => look === 'main');
  await parent.press(main.value);
  if (parent.status === 409) await parent.press('replace');
  assert.equal(parent.status, 201);
  const rows = await hjemsvar.sql(
    `SELECT answers->>'q9' FROM submission WHERE answers->>'q10' = 'Rettes to gange'`,
  );
  assert.deepEqual(rows, [['5']]);
});

test('takes an answer back by its receipt, however it is typed', async () => {
  for (const [i, typed] of [
    (receipt) => receipt,
    (receipt) => grouped(receipt).toLowerCase(),
    (receipt) => ` ${receipt.replaceAll('1', 'l').replaceAll('0', 'o')} `,
    (receipt) => receipt.match(/.{4}/g).join(' '),
  ].entries()) {
    const answer = { submission: drawNumber(), q1: 1, q3: 1, q10: `Trækkes tilbage ${i}` };
    const sent = await sendJson(server, code, answer);
    const before = await tombstones();
    const done = await withdraw(server, code, typed(sent.json().receipt));
    assert.equal(done.status, 200, done.text);
    assert.deepEqual(done.json(), { withdrawn: true });
    assert.equal(await tombstones(), before + 1);
    const again = await withdraw(server, code, typed(sent.json().receipt));
    assert.deepEqual([again.status, again.json()], [200, { withdrawn: true }]);
    assert.equal(await tombstones(), before + 1);
    for (const action of ['send', 'replace']) {
      const revived = await sendJson(server, code, { ...answer, action });
      assert.deepEqual([revived.status, revived.json()], [410, { error: 'withdrawn' }]);
      const other = await sendJson(server, code, { ...answer, q1: 2, action });
      assert.equal(other.status, 410);
    }
    assert.equal((await rowsOf(answer.q10)).length, 0);
  }
});

test('leaves of a withdrawn answer nothing but a tombstone', async () => {
  const rows = await hjemsvar.sql(
    `SELECT answers IS NULL, language IS NULL, translation IS NULL, digest IS NULL,
            number IS NULL, (SELECT count(*) FROM submission_trace t WHERE t.submission = s.id)
     FROM submission s WHERE withdrawn`,
  );
  assert.ok(rows.length > 0);
  for (const row of rows) assert.deepEqual(row, ['t', 't', 't', 't', 'f', '0']);
  assert.ok(!(await exportRows(hjemsvar, round)).some(({ q3 }) => q3 === ''));
});

for (const typed of ['', '0000000000000000', 'ABCD', 'U'.repeat(16), 'x'.repeat(300), "' OR 1=1"]) {
  test(`does not know the receipt "${typed.slice(0, 16)}"`, async () => {
    const reply = await withdraw(server, code, typed);
    assert.equal(reply.status, 404);
    assert.deepEqual(reply.json(), { error: 'receipt_unknown' });
  });
}

test('does not take another municipality\'s answer back', async () => {
  const sent = await sendJson(server, code, { q3: 1, q10: 'Københavns svar' });
  assert.equal((await withdraw(server, neighbour, sent.json().receipt)).status, 404);
  assert.equal((await rowsOf('Københavns svar')).length, 1);
});

test('takes an answer back on the page', async () => {
  const parent = await atTheCheck({ q3: 1, q10: 'Fortrudt på siden' });
  await parent.press('send');
  const { receipt, links } = parent.page;
  const link = links.find(({ href }) => href.includes('/withdraw'));
  const form = await request(server.respondents, link.href);
  assert.equal(form.status, 200);
  assert.equal(form.page().title, 'Træk dit svar tilbage');
  assert.equal(form.page().lang, 'da');
  const wrong = await postForm(server, link.href, { receipt: '0000-0000-0000-0000' });
  assert.equal(wrong.status, 404);
  assert.match(wrong.page().title, /^Fejl: /);
  assert.equal(wrong.page().texts[0].value, '0000-0000-0000-0000', 'what was typed is kept');
  const done = await postForm(server, link.href, { receipt });
  assert.equal(done.status, 200);
  assert.equal(done.page().title, 'Dit svar er slettet');
  assert.equal(done.headers['cache-control'], 'no-store');
  assert.equal((await rowsOf('Fortrudt på siden')).length, 0);
});

test('tells a parent whose answer was withdrawn to begin anew', async () => {
  const parent = await atTheCheck({ q3: 1, q10: 'Trukket tilbage og sendt igen' });
  const form = parent.fields('send');
  await parent.press('send');
  await withdraw(server, code, parent.page.receipt);
  const reply = await postForm(server, `/S/${code}`, form);
  assert.equal(reply.status, 410);
  assert.equal(reply.page().title, 'Svaret er trukket tilbage');
});
