// A round of known children: its notice opens it, forms come in from paper and by phone, and nobody
// but the municipality's own accounts sees any of it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { exportRows } from './lib/answers.mjs';
import { barriers, faults, launch, newPhone, picture } from './lib/browser.mjs';
import { Hjemsvar, checkout } from './lib/hjemsvar.mjs';
import { Parent } from './lib/phone.mjs';
import { eventually, request } from './lib/server.mjs';
import { Console, headingOf } from './lib/staff.mjs';

const definition = join(checkout, 'tests/fixtures/questionnaires/good/personal.json');
const notice = ['contact', 'dpo', 'purpose', 'basis', 'recipients', 'retention'].map((key) => `personal_${key}`);
const people = {
  ours: { role: 'evaluator', municipality: 101 },
  staff: { role: 'municipality', municipality: 101 },
  theirs: { role: 'evaluator', municipality: 217 },
  everybody: { role: 'evaluator' },
  admin: { role: 'admin' },
};
const home = '/rounds/1/municipalities/101';

let hjemsvar;
let desk;
let browser;
let code;
const at = {};

before(async () => {
  [browser, hjemsvar] = await Promise.all([launch(), Hjemsvar.create()]);
  await hjemsvar.ok('questionnaire', 'add', definition);
  const made = await hjemsvar.cli([
    'round', 'create', '--questionnaire', 'trivsel', '--title', 'Før og efter', '--municipality', '101', '--json',
  ]);
  assert.equal(made.code, 78, made.stderr);
  assert.match(made.stderr, /personal_basis.*settings set personal_basis "\.\.\." --municipality M/s);
  code = JSON.parse(made.stdout).links[0].code;
  await hjemsvar.createRound();
  desk = await Console.start(hjemsvar);
  desk.server.keep(code);
  for (const [who, account] of Object.entries(people)) {
    await desk.account({ email: `${who}@example.dk`, ...account });
    at[who] = await desk.signIn(`${who}@example.dk`);
  }
});

after(async () => {
  await browser?.close();
  await desk?.stop();
  await hjemsvar?.drop();
});

const open = (path, status = 200) =>
  eventually(
    () => request(desk.server.respondents, path),
    (reply) => reply.status === status,
  );

test('its evaluator opens it by filling in the notice, which parents then read', async () => {
  await open(`/S/${code}`, 403);
  const page = await at.ours.get(`${home}/notice`);
  assert.equal(headingOf(page), 'Oplysning til forældre');
  assert.match(page.text, /DPO/);
  const some = Object.fromEntries(notice.slice(1).map((key) => [key, `ord om ${key}`]));
  assert.equal((await at.ours.post(`${home}/notice`, { save: '1', ...some })).status, 303);
  assert.match((await at.ours.get('/rounds/1')).text, /Kontakt hos kommunen/, 'what is still missing');
  assert.equal((await request(desk.server.respondents, `/S/${code}`)).status, 403);
  const all = Object.fromEntries(notice.map((key) => [key, `ord om ${key}`]));
  const saved = await at.ours.post(`${home}/notice`, { save: '1', ...all });
  assert.equal(saved.status, 303, headingOf(saved));
  assert.equal(saved.headers.location, `${home}/notice?done=notice`);
  const first = await open(`/S/${code}`);
  assert.match(first.text, /Svarene er ikke anonyme/);
  assert.match(first.text, /København Kommune er ansvarlig/);
  assert.doesNotMatch(first.text, /Kommunen kan ikke se/);
  const link = /href="(\/privacy[^"]*)"/.exec(first.text)[1].replaceAll('&amp;', '&');
  const told = await request(desk.server.respondents, link);
  for (const key of notice) assert.match(told.text, new RegExp(`ord om ${key}`));
  assert.match(told.text, /artikel 9/);
  assert.doesNotMatch(told.text, /kontroltal|test legal_basis/);
  const general = await request(desk.server.respondents, '/privacy?lang=da&round=2');
  assert.match(general.text, /test legal_basis/);
  const emptied = await at.ours.post(`${home}/notice`, { save: '1', ...all, personal_basis: '' });
  assert.equal(emptied.status, 422);
});

describe('forms', () => {
  const form = (fields) => ({ f_sag: 'a-17', f_tid: 1, f_udfylder: 1, f_t1: 2, ...fields });
  const enter = async (staff, fields) => {
    const page = await staff.get(`${home}/forms/new`);
    const submission = /name="submission" value="(\w+)"/.exec(page.text)[1];
    return staff.post(`${home}/forms/new`, { submission, ...fields });
  };
  const problems = (reply) => [...reply.text.matchAll(/<li><a href="#(\w+)">/g)].map(([, field]) => field);

  test('are entered from paper by staff, checked as a parent\'s answers are', async () => {
    const cpr = await enter(at.staff, form({ f_sag: '010203-1234', f_tid: '' }));
    assert.deepEqual([cpr.status, problems(cpr)], [422, ['f_sag', 'f_tid']]);
    assert.match(cpr.text, /ligner et CPR-nummer/);
    assert.match(cpr.text, /name="f_t1" value="2" checked/);
    const named = await enter(at.staff, form({ f_sag: 'Emma1' }));
    assert.deepEqual([named.status, problems(named)], [422, ['f_sag']]);
    const stored = await enter(at.staff, form());
    assert.equal(stored.headers.location, `${home}/forms/new?done=form_stored`);
    const twice = await enter(at.staff, form({ f_t1: 1 }));
    assert.equal(twice.status, 409);
    assert.match(twice.text, /Der er allerede et skema for sagen/);
    assert.equal((await enter(at.staff, form({ f_sag: 'A-18', f_tid: 2 }))).status, 303);
  });

  test('sent twice from one page are stored once', async () => {
    const page = await at.staff.get(`${home}/forms/new`);
    const submission = /name="submission" value="(\w+)"/.exec(page.text)[1];
    const fields = form({ f_sag: 'B-1', submission });
    assert.equal((await at.staff.post(`${home}/forms/new`, fields)).status, 303);
    assert.equal((await at.staff.post(`${home}/forms/new`, fields)).status, 303);
    assert.equal((await at.staff.post(`${home}/forms/new`, { ...fields, f_t1: 0 })).status, 409);
    const [[count]] = await hjemsvar.sql("SELECT count(*) FROM submission WHERE answers->>'sag' = 'B-1'");
    assert.equal(count, '1');
  });

  test('pair start and close under one case number once it is corrected', async () => {
    const list = await at.staff.get(`${home}/forms`);
    assert.doesNotMatch(list.text, /passer godt/);
    const row = list.text.split('<tr>').find((line) => line.includes('>A-18<'));
    const path = /href="([^"]*\/forms\/[0-9a-f-]{36})"/.exec(row)[1];
    assert.doesNotMatch((await at.staff.get(path)).text, /Slet svarene/, 'the evaluator alone');
    const wrong = await at.staff.post(path, { action: 'correct', number: '0102031234' });
    assert.equal(wrong.status, 422);
    const done = await at.staff.post(path, { action: 'correct', number: 'a-17' });
    assert.equal(done.headers.location, `${home}/forms?done=form_corrected`);
    const rows = await exportRows(hjemsvar, 1);
    assert.deepEqual(
      rows.filter(({ sag }) => sag === 'A-17').map(({ tid, t1 }) => [tid, t1]).sort(),
      [['1', '2'], ['2', '2']],
    );
    const flagged = await hjemsvar.json('duplicates', 'list', '--round', '1');
    assert.deepEqual(flagged.clusters, [], 'a start and its close are no repeats');
  });

  test('are deleted by its evaluator', async () => {
    const list = await at.ours.get(`${home}/forms`);
    const row = list.text.split('<tr>').find((line) => line.includes('>B-1<'));
    const path = /href="([^"]*\/forms\/[0-9a-f-]{36})"/.exec(row)[1];
    assert.equal((await at.staff.post(path, { action: 'withdraw' })).status, 409);
    const done = await at.ours.post(path, { action: 'withdraw' });
    assert.equal(done.headers.location, `${home}/forms?done=form_withdrawn`);
    assert.doesNotMatch((await at.ours.get(`${home}/forms`)).text, />B-1</);
    assert.equal((await at.ours.get(path)).status, 404);
  });

  test('come in by phone under the number that the letter says', async () => {
    const parent = new Parent(await newPhone(browser));
    await parent.open(`${desk.server.respondents}/S/${code}`);
    await picture(parent.page, 'personal-intro');
    await parent.press('next');
    await parent.fill({ sag: '010203-1234', tid: 1, udfylder: 2 });
    await parent.press('next');
    assert.match(await parent.page.locator('.box.bad').innerText(), /CPR-nummer/);
    assert.deepEqual(await barriers(parent.page), []);
    await picture(parent.page, 'personal-cpr');
    await parent.fill({ sag: 'c-30' });
    await parent.press('next');
    await parent.fill({ t1: 1, t2: 1, t3: 0 });
    await parent.press('next');
    await parent.press('send');
    await parent.page.waitForSelector('#receipt', { state: 'attached' });
    await parent.leave();
    const plain = new Parent(await newPhone(browser, { javaScriptEnabled: false }), { javaScriptEnabled: false });
    await plain.open(`${desk.server.respondents}/S/${code}`);
    await plain.press('next');
    await plain.page.fill('[name=sag]', 'Emma');
    await plain.choose('tid-2', 'udfylder-2');
    await plain.press('next');
    assert.match(await plain.page.locator('#problems').innerText(), /Sagsnummeret/);
    await plain.page.fill('[name=sag]', 'C-30');
    await plain.press('next');
    await plain.press('next');
    await plain.press('next');
    await plain.press('send');
    await plain.page.waitForSelector('#receipt', { state: 'attached' });
    await plain.leave();
    const rows = await hjemsvar.sql(
      "SELECT answers->>'tid' FROM submission WHERE answers->>'sag' = 'C-30' ORDER BY 1",
    );
    assert.deepEqual(rows, [['1'], ['2']]);
  });
});

test('its pages are read by everybody', async () => {
  const page = await newPhone(browser);
  await page.context().setExtraHTTPHeaders({ 'X-Signed-In': 'ours@example.dk' });
  for (const path of [home, `${home}/notice`, `${home}/forms`, `${home}/forms/new`, '/rounds/1']) {
    await page.goto(`${desk.server.console}${path}`);
    await picture(page, `personal${path.replaceAll('/', '-')}`);
    assert.deepEqual(await barriers(page), [], path);
    assert.deepEqual(await faults(page), [], path);
  }
  await page.context().close();
});

test('a case number is no comment', async () => {
  const page = await at.ours.get('/rounds/1/comments');
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.text, /A-17|C-30/);
});

test('nobody else sees anything of it', async () => {
  for (const who of ['theirs', 'everybody', 'admin']) {
    for (const path of ['/rounds/1', '/rounds/1/exports', '/rounds/1/report', '/rounds/1/end', home, `${home}/forms`]) {
      const reply = await at[who].get(path);
      assert.ok([403, 404].includes(reply.status), `${who} ${path}: ${reply.status}`);
      assert.doesNotMatch(reply.text, /Før og efter/, `${who} ${path}`);
    }
    assert.doesNotMatch((await at[who].get('/')).text, /Før og efter/, who);
  }
  assert.match((await at.ours.get('/')).text, /Før og efter/);
  assert.doesNotMatch((await at.everybody.get('/rounds/new')).text, /Barnets trivsel/);
  for (const path of ['/rounds/1', '/rounds/1/edit', '/rounds/1/exports', '/rounds/1/report', '/rounds/1/end', '/rounds/1/state?to=close'])
    assert.equal((await at.ours.get(path)).status, 200, path);
  assert.equal((await at.staff.get('/rounds/1/exports')).status, 403);
  assert.equal((await at.ours.get('/rounds/2/edit')).status, 403, 'an anonymous round is run by who sees all of it');
  assert.equal((await at.ours.get(`/rounds/2/municipalities/101/forms`)).status, 404);
  for (const path of [`${home}/letters`, `${home}/letters.pdf`])
    assert.equal((await at.ours.get(path)).status, 404, 'its letters would say what is not so');
});

test('no case number is in the log', async () => {
  const rows = await hjemsvar.sql("SELECT audit::text FROM audit WHERE audit::text ~* '(a-1[78]|b-1[^0-9]|c-30)'");
  assert.deepEqual(rows, []);
  const [[entered]] = await hjemsvar.sql("SELECT count(*) FROM audit WHERE action = 'form.enter' AND round = 1");
  assert.equal(entered, '3');
  const audit = await at.ours.get('/audit');
  assert.match(audit.text, /Rettede sagsnummeret på et skema/);
  desk.server.keep('a-17', 'c-30');
});
