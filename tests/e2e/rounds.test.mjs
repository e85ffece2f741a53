// A round's life as parents meet it: not open yet, open, closed, reopened, finalised; old
// letters; what the command line changes under a running server; a rotated secret.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
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
  startServer,
  withdraw,
} from './lib/server.mjs';

let hjemsvar;
let server;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  server = await startServer(hjemsvar);
});

after(async () => {
  await server?.stop();
  await hjemsvar?.drop();
});

const json = { Accept: 'application/json' };
const get = (code, headers = {}, from = server) =>
  request(from.respondents, `/S/${code}`, { headers });

// The server hears of changes by itself: asks until the page has a status.
const becomes = (code, status, from = server) =>
  eventually(() => get(code, json, from), (reply) => reply.status === status);

// Municipalities that no other test here has a round in: an open one would be the successor
// of a closed one.
const unused = [
  ...[153, 155, 157, 159, 161, 163, 165, 167, 169, 173, 175, 183, 185, 187, 190, 201, 210, 219],
  ...[223, 230, 240, 250, 253, 259, 260, 265, 269, 270],
];
const others = () => ['--municipality', `${unused.pop()},${unused.pop()}`];

async function openRound(...words) {
  const own = words.includes('--municipality') ? words : [...words, ...others()];
  const created = await hjemsvar.createRound(...own);
  const code = created.links[0].code;
  await becomes(code, 200);
  return { ...created, code };
}

const closedSince = (round, minutes) =>
  hjemsvar.sql(
    `UPDATE round SET opens_at = now() - interval '3 hours',
                      closed_at = now() - interval '${minutes} minutes' WHERE id = ${round}`,
  );

test('tells a parent that a round is not open yet', async () => {
  const { links } = await hjemsvar.createRound('--opens', '2099-01-01', ...others());
  const [{ code }] = links;
  await becomes(code, 403);
  const page = await get(code);
  assert.equal(page.page().title, 'Undersøgelsen er ikke åbnet endnu');
  assert.equal(page.headers['cache-control'], 'no-store');
  assert.deepEqual((await get(code, json)).json(), { error: 'not_open' });
  const sent = await sendJson(server, code, { q3: 1 });
  assert.deepEqual([sent.status, sent.json()], [403, { error: 'not_open' }]);
  const form = { page: 'intro', action: 'next' };
  assert.equal((await postForm(server, `/S/${code}`, form)).status, 403);
  const send = await postForm(server, `/S/${code}`, {
    ...{ page: 'check', action: 'send', submission: drawNumber(), q3: 1, q10: 'For tidligt' },
  });
  assert.equal(send.status, 403);
  assert.equal(send.page().items.q10.value, 'For tidligt', 'what was written is not lost');
});

test('opens a round by itself when its time has come', async () => {
  const { round, links } = await hjemsvar.createRound('--opens', '2099-01-01', ...others());
  await becomes(links[0].code, 403);
  await hjemsvar.sql(
    `UPDATE round SET opens_at = clock_timestamp() + interval '1 second' WHERE id = ${round}`,
  );
  await becomes(links[0].code, 200);
});

test('closes a round by itself when its time has come', async () => {
  const { round, code } = await openRound();
  await hjemsvar.sql(
    `UPDATE round SET closes_at = clock_timestamp() + interval '1 second' WHERE id = ${round}`,
  );
  await becomes(code, 410);
});

test('closes for new parents at once, and lets those who are writing finish', async () => {
  const { round, code } = await openRound();
  const writing = await new Parent(server, code).open();
  await writing.answer();
  await writing.set({ q3: 1 });
  const old = { submission: drawNumber(), q3: 1, q10: 'Sendt i tide' };
  const first = await sendJson(server, code, old);

  await hjemsvar.ok('round', 'close', round);
  await becomes(code, 410);
  assert.equal((await get(code)).page().title, 'Undersøgelsen er lukket');
  assert.deepEqual((await get(code, json)).json(), { error: 'closed' });

  await writing.walk({ q10: 'Skrevet færdig efter lukketid' });
  await writing.press('send');
  assert.equal(writing.status, 201);
  assert.equal((await sendJson(server, code, { q3: 2 })).status, 201);

  await closedSince(round, 61);
  const late = await eventually(
    () => postForm(server, `/S/${code}`, { page: 'intro', action: 'next' }),
    ({ status }) => status === 410,
  );
  assert.equal(late.page().title, 'Undersøgelsen er lukket');
  const sent = await sendJson(server, code, { q3: 3 });
  assert.deepEqual([sent.status, sent.json()], [410, { error: 'closed' }]);
  const page = await postForm(server, `/S/${code}`, {
    ...{ page: 'check', action: 'send', submission: drawNumber(), q3: 1, q10: 'For sent på den' },
  });
  assert.equal(page.status, 410);
  assert.equal(page.page().items.q10.value, 'For sent på den');

  const again = await sendJson(server, code, old);
  assert.deepEqual([again.status, again.json()], [200, first.json()], 'a repeat is thanked still');
  const changed = await sendJson(server, code, { ...old, q3: 2 });
  assert.equal(changed.status, 409);
  const replaced = await sendJson(server, code, { ...old, q3: 2, action: 'replace' });
  assert.deepEqual([replaced.status, replaced.json()], [410, { error: 'closed' }]);
  assert.equal((await exportRows(hjemsvar, round)).length, 3);

  assert.equal((await withdraw(server, code, first.json().receipt)).status, 200);
  assert.equal((await exportRows(hjemsvar, round)).length, 2);
});

test('decides at commit: a send is refused before the server has heard of the closing', async () => {
  const { round, code } = await openRound();
  await hjemsvar.sql(
    `ALTER TABLE round DISABLE TRIGGER round_changed;
     UPDATE round SET opens_at = now() - interval '3 hours',
                      closed_at = now() - interval '2 hours' WHERE id = ${round};
     ALTER TABLE round ENABLE TRIGGER round_changed`,
  );
  const sent = await sendJson(server, code, { q3: 1 });
  assert.deepEqual([sent.status, sent.json()], [410, { error: 'closed' }]);
});

test('opens a closed round again', async () => {
  const { round, code } = await openRound();
  await hjemsvar.ok('round', 'close', round);
  await becomes(code, 410);
  await hjemsvar.ok('round', 'reopen', round);
  await becomes(code, 200);
  assert.equal((await sendJson(server, code, { q3: 1 })).status, 201);
});

test('leads an old letter to the open round of its municipality', async () => {
  const old = await openRound('--municipality', '787,479');
  const [thisted, svendborg] = ['787', '479'].map((wanted) =>
    old.links.find(({ municipality }) => municipality === Number(wanted)),
  );
  const fresh = await hjemsvar.createRound('--municipality', '787');
  await becomes(fresh.links[0].code, 200);
  assert.equal((await get(thisted.code)).status, 200, 'not while its own round is open');
  await hjemsvar.ok('round', 'close', old.round);
  await becomes(thisted.code, 302);
  const led = await get(thisted.code.toLowerCase());
  assert.equal(led.headers.location, `/S/${fresh.links[0].code}`);
  assert.equal((await get(fresh.links[0].code)).status, 200);
  assert.equal((await becomes(svendborg.code, 410)).json().error, 'closed');
  const late = await sendJson(server, thisted.code, { q3: 1, q10: 'Skrevet i det gamle brev' });
  assert.equal(late.status, 201);
  const rows = await exportRows(hjemsvar, old.round);
  assert.deepEqual(rows.map(({ q10 }) => q10), ['Skrevet i det gamle brev']);
  await hjemsvar.ok('round', 'close', fresh.round);
  await becomes(thisted.code, 410);
});

test('forgets a finalised round\'s letters, numbers and receipts', async () => {
  const { round, code } = await openRound();
  const answer = { submission: drawNumber(), q3: 1, q10: 'Gjort op' };
  const first = await sendJson(server, code, answer);
  const gone = await sendJson(server, code, { q3: 1, q10: 'Trukket tilbage før opgørelsen' });
  await withdraw(server, code, gone.json().receipt);
  await hjemsvar.ok('round', 'close', round);
  await hjemsvar.ok('round', 'finalise', round, '--yes');
  await becomes(code, 404);
  const page = await get(code);
  assert.equal(page.page().title, 'Vi kender ikke koden');
  for (const form of [answer, { q3: 2 }]) {
    const sent = await sendJson(server, code, form);
    assert.deepEqual([sent.status, sent.json()], [404, { error: 'code_unknown' }]);
  }
  const receipt = await withdraw(server, code, first.json().receipt);
  assert.equal(receipt.status, 404);
  const rows = await exportRows(hjemsvar, round);
  assert.deepEqual(rows.map(({ q10 }) => q10), ['Gjort op']);
});

test('cannot take an answer back once the round is finalised, by any link', async () => {
  const { round, code } = await openRound('--municipality', '461');
  const sent = await sendJson(server, code, { q3: 1, q10: 'Står fast' });
  await hjemsvar.ok('round', 'close', round);
  await hjemsvar.ok('round', 'finalise', round, '--yes');
  const other = await openRound('--municipality', '461');
  const receipt = await withdraw(server, other.code, sent.json().receipt);
  assert.equal(receipt.status, 404);
  assert.equal((await exportRows(hjemsvar, round)).length, 1);
});

test('takes an answer of an old round back by the letter of the new one', async () => {
  const old = await openRound('--municipality', '851');
  const sent = await sendJson(server, old.code, { q3: 1 });
  await hjemsvar.ok('round', 'close', old.round);
  const fresh = await openRound('--municipality', '851');
  assert.equal((await withdraw(server, fresh.code, sent.json().receipt)).status, 200);
  assert.equal((await exportRows(hjemsvar, old.round)).length, 0);
});

test('shows at once what the command line has changed', async () => {
  const { round, code } = await openRound('--languages', 'da');
  const english = (reply) => reply.page().links.some(({ hreflang }) => hreflang === 'en');
  assert.ok(!english(await get(code)));
  await hjemsvar.ok('round', 'set', round, '--languages', 'da,en', '--allow-drafts');
  await eventually(() => get(code), english);
  await hjemsvar.ok('round', 'set', round, '--languages', 'da');
  await eventually(() => get(code), (reply) => !english(reply));
  await hjemsvar.ok('settings', 'set', 'help_contact', 'Ring til Bente på 11 22 33 44');
  await eventually(() => get(code), ({ text }) => text.includes('Ring til Bente på 11 22 33 44'));
  await hjemsvar.ok('round', 'set', round, '--opens', '2099-01-01');
  await becomes(code, 403);
  await hjemsvar.ok('round', 'set', round, '--opens', '');
  await becomes(code, 200);
});

test('cancels a link without touching the others', async () => {
  const { round, links } = await openRound();
  await hjemsvar.sql(
    `UPDATE link SET cancelled_at = now() WHERE round = ${round} AND code = '${links[0].code}'`,
  );
  const reply = await becomes(links[0].code, 410);
  assert.deepEqual(reply.json(), { error: 'cancelled' });
  assert.equal((await get(links[1].code)).status, 200);
});

test('keeps a round shut while a required setting is empty', async () => {
  const bare = await Hjemsvar.create({ settings: false });
  const own = await startServer(bare);
  try {
    const created = await bare.cli([
      ...['round', 'create', '--questionnaire', 'bilag8', '--title', 'T', '--municipality', '101'],
      '--json',
    ]);
    assert.equal(created.code, 78);
    assert.match(created.stderr, /controller/);
    const [{ code }] = JSON.parse(created.stdout).links;
    await becomes(code, 403, own);
    await bare.fillSettings();
    await becomes(code, 200, own);
  } finally {
    await own.stop();
    await bare.drop();
  }
});

test('knows old answers and receipts after the secret was rotated', async () => {
  const place = await Hjemsvar.create();
  const { round, links } = await place.createRound();
  const [{ code }] = links;
  const old = { submission: drawNumber(), q3: 1, q10: 'Fra før nøgleskiftet' };
  const older = { submission: drawNumber(), q3: 1, q10: 'Også fra før nøgleskiftet' };
  const withOld = await startServer(place);
  const first = await sendJson(withOld, code, old);
  const second = await sendJson(withOld, code, older);
  await withOld.stop();

  const env = {
    ...place.env,
    HJEMSVAR_SECRET_FILE: await place.file('secret-2', randomBytes(48), 0o600),
    HJEMSVAR_SECRET_PREVIOUS_FILE: place.secret,
  };
  const rotated = await startServer(env);
  try {
    const again = await sendJson(rotated, code, old);
    assert.deepEqual([again.status, again.json()], [200, first.json()]);
    const changed = await sendJson(rotated, code, { ...old, q3: 2 });
    assert.equal(changed.status, 409);
    assert.equal((await withdraw(rotated, code, second.json().receipt)).status, 200);
    assert.equal((await sendJson(rotated, code, older)).status, 410);
    const fresh = { submission: drawNumber(), q3: 1, q10: 'Efter nøgleskiftet' };
    const sent = await sendJson(rotated, code, fresh);
    assert.equal(sent.status, 201);
    assert.deepEqual((await sendJson(rotated, code, fresh)).json(), sent.json());
    const replaced = await sendJson(rotated, code, { ...old, q3: 2, action: 'replace' });
    assert.equal(replaced.status, 201);
    assert.equal((await withdraw(rotated, code, replaced.json().receipt)).status, 200);
    const rows = await exportRows(place, round);
    assert.deepEqual(rows.map(({ q10 }) => q10), ['Efter nøgleskiftet']);
  } finally {
    await rotated.stop();
    await place.drop();
  }
});

test('refuses to start with a secret that the database does not know', async () => {
  const env = {
    ...hjemsvar.env,
    HJEMSVAR_SECRET_FILE: await hjemsvar.file('stranger', randomBytes(48), 0o600),
  };
  await assert.rejects(startServer(env), /ended \(78\):[^]*hint:/);
});
