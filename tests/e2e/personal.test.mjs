// A round of known children: its notice opens it, forms come in from paper and by phone, and nobody
// but the municipality's own accounts sees any of it.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { exportRows } from './lib/answers.mjs';
import { barriers, faults, launch, newPhone, picture } from './lib/browser.mjs';
import { Hjemsvar, checkout, sql } from './lib/hjemsvar.mjs';
import { Parent } from './lib/phone.mjs';
import { eventually, request } from './lib/server.mjs';
import { Console, headingOf } from './lib/staff.mjs';
import { importRows } from './lib/transfer.mjs';

const definition = join(checkout, 'tests/fixtures/questionnaires/good/personal.json');
const notice = ['contact', 'dpo', 'purpose', 'basis', 'recipients', 'retention'].map((key) => `personal_${key}`);
const people = {
  ours: { role: 'evaluator', municipality: 101 },
  staff: { role: 'municipality', municipality: 101 },
  theirs: { role: 'evaluator', municipality: 217 },
  everybody: { role: 'evaluator' },
  confined: { role: 'evaluator', municipality: 101, rounds: [1] },
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

  test('are asked in the paper\'s own words, and a slip of the hand can be taken back', async () => {
    const page = await at.staff.get(`${home}/forms/new`);
    const legends = [...page.text.matchAll(/<legend>([^<]*)<\/legend>/g)].map(([, legend]) => legend);
    assert.ok(legends.length > 2);
    assert.deepEqual(legends.filter((legend) => /^\d+\./.test(legend)), [], 'no number beside the paper\'s');
    const unanswered = (name) => new RegExp(`name="${name}" value="" checked><label [^>]*>Ikke besvaret<`);
    assert.match(page.text, unanswered('f_t1'));
    assert.doesNotMatch(page.text, unanswered('f_tid'), 'must be answered');
    const again = await enter(at.staff, form({ f_sag: 'Emma1', f_t1: '' }));
    assert.match(again.text, unanswered('f_t1'));
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
    assert.match(row, /kun slut/);
    const path = /href="([^"]*\/forms\/[0-9a-f-]{36})"/.exec(row)[1];
    assert.doesNotMatch((await at.staff.get(path)).text, /Slet svarene/, 'the evaluator alone');
    const wrong = await at.staff.post(path, { action: 'correct', number: '0102031234' });
    assert.equal(wrong.status, 422);
    const done = await at.staff.post(path, { action: 'correct', number: 'a-17' });
    assert.equal(done.headers.location, `${home}/forms?done=form_corrected`);
    const paired = (await at.staff.get(`${home}/forms`)).text.split('<tr>').find((line) => line.includes('>A-17<'));
    assert.match(paired, /begge/);
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

test('a form that is typed while the database is away is not lost, and stored once', async () => {
  const page = await newPhone(browser, { javaScriptEnabled: false });
  await page.context().setExtraHTTPHeaders({ 'X-Signed-In': 'staff@example.dk' });
  await page.goto(`${desk.server.console}${home}/forms/new`);
  await page.fill('[name=f_sag]', 'd-4');
  for (const id of ['f_tid-1', 'f_udfylder-2', 'f_t2-2']) await page.check(`#${id}`);
  const send = () => Promise.all([page.waitForNavigation(), page.click('button.main')]);
  const allow = (connections) => sql('postgres', `ALTER DATABASE ${hjemsvar.database} ALLOW_CONNECTIONS ${connections}`);
  await allow(false);
  await sql('postgres', `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${hjemsvar.database}'`);
  await send();
  assert.match(await page.textContent('main'), /Det, du har skrevet, er ikke tabt/);
  await picture(page, 'personal-away');
  assert.deepEqual(await barriers(page), []);
  assert.deepEqual(await faults(page), []);
  const typed = Object.fromEntries(
    await page.$$eval('main input[type=hidden]', (inputs) => inputs.map(({ name, value }) => [name, value])),
  );
  assert.equal(typed.f_sag, 'd-4');
  await allow(true);
  await send();
  assert.match(await page.textContent('[role=status]'), /Skemaet er gemt/);
  await page.context().close();
  const again = await at.staff.post(`${home}/forms/new`, { ...typed, csrf: at.staff.csrf });
  assert.equal(again.status, 303, 'the same once more');
  const rows = await hjemsvar.sql("SELECT answers->>'t2' FROM submission WHERE answers->>'sag' = 'D-4'");
  assert.deepEqual(rows, [['2']]);
});

describe('a round of scores', () => {
  const wanted = { title: 'SDQ på konsollen', questionnaire: 'sdq-subscales' };
  const round = 3;
  const rounds = async () => (await hjemsvar.sql('SELECT count(*) FROM round'))[0][0];
  const stateOf = async () => (await hjemsvar.json('round', 'show', String(round))).state;

  test('is made on the console by its municipality\'s evaluator, and by nobody else', async () => {
    const page = await at.ours.get('/rounds/new');
    assert.equal(headingOf(page), 'Opret en runde om kendte børn');
    assert.match(page.text, /De er ikke anonyme/);
    assert.match(page.text, /Kun konti i København Kommune ser runden/);
    const offered = [...page.text.matchAll(/<option value="([^"]+)"/g)].map(([, id]) => id);
    assert.deepEqual(offered, ['sdq', 'sdq-subscales', 'trivsel']);
    assert.doesNotMatch(page.text, /name="(municipality_\d+|codes|traces|invite)"/);
    for (const [who, questionnaire, status] of [
      ['ours', 'bilag8', 422], ['everybody', 'sdq-subscales', 422], ['admin', 'sdq-subscales', 422],
      ['confined', 'sdq-subscales', 403], ['staff', 'sdq-subscales', 403],
    ]) {
      const reply = await at[who].post('/rounds/new', { ...wanted, questionnaire, municipality_101: 1 });
      assert.equal(reply.status, status, `${who}: ${headingOf(reply)}`);
    }
    assert.equal((await at.confined.get('/rounds/new')).status, 403);
    assert.doesNotMatch((await at.confined.get('/rounds')).text, /href="\/rounds\/new"/);
    assert.equal(await rounds(), '2');

    const made = await at.ours.post('/rounds/new', { ...wanted, municipality_217: 1, codes: 'single', traces: 1, invite: 1 });
    assert.equal(made.headers.location, `/rounds/${round}?done=round_created_personal`);
    assert.deepEqual(
      await hjemsvar.sql(`SELECT personal_of, codes, traces, invite, (SELECT array_agg(municipality) FROM link WHERE round = r.id)
        FROM round r WHERE id = ${round}`),
      [['101', 'open', 'f', 'f', '{101}']],
    );
    const logged = await hjemsvar.sql(
      `SELECT subject, municipality, details FROM audit WHERE action = 'round.create' AND round IN (1, ${round}) ORDER BY id`,
    );
    assert.deepEqual(logged[1], logged[0], 'the log says what it says of the command');
    assert.equal((await at.ours.post('/rounds/new', wanted)).status, 409, 'a form that is sent twice');
  });

  test('is shut until the municipality\'s own notice is written', async () => {
    assert.equal(await stateOf(), 'open', 'of 101 it is written');
    const made = await at.theirs.post('/rounds/new', { ...wanted, title: 'Helsingørs' });
    const path = made.headers.location.replace(/\?.*/, '');
    const page = await at.theirs.get(path);
    assert.match(page.text, /Runden kan ikke åbne endnu/);
    assert.match(page.text, /Status: <strong>planlagt/, 'no day on which it opens is told');
    const lacks = /id="missing">([^]*?)<\/div>/.exec(page.text)[1];
    assert.match(lacks, /Retsgrundlag/);
    assert.match(lacks, new RegExp(`href="${path}/municipalities/217/notice"`));
    assert.equal((await at.ours.get(path)).status, 404);
    const opened = await at.theirs.post(`${path}/state`, { to: 'open' });
    assert.equal(opened.status, 303);
    assert.match((await at.theirs.get(path)).text, /Runden kan ikke åbne endnu/);
  });

  test('is closed and opened on the console', async () => {
    assert.doesNotMatch((await at.ours.get(`/rounds/${round}/edit`)).text, /name="(traces|invite)"/);
    const ask = await at.ours.get(`/rounds/${round}/state?to=close`);
    assert.match(ask.text, /Skemaer kan ikke indtastes mere/);
    assert.doesNotMatch(ask.text, /registreringsarket/);
    for (const [to, state] of [['close', 'closed'], ['reopen', 'open']]) {
      for (const who of ['staff', 'theirs', 'everybody', 'admin', 'confined'])
        assert.ok([403, 404].includes((await at[who].post(`/rounds/${round}/state`, { to })).status), who);
      assert.equal((await at.ours.post(`/rounds/${round}/state`, { to })).status, 303);
      assert.equal(await stateOf(), state);
    }
  });

  test('tells which cases have a start and a close', async () => {
    const form = (sag, tid, udfylder, points) => ({ municipality_code: 101, sag, tid, udfylder, alder: 5,
      ...Object.fromEntries(['emotional', 'conduct', 'hyperactivity', 'peer', 'prosocial', 'impact'].map((name, i) => [`d_${name}`, points[i]])) });
    const high = [6, 4, 7, 5, 5, 3], low = [2, 2, 4, 1, 8, 0];
    await importRows(hjemsvar, round, [
      form('D-1', 1, 1, high), form('D-1', 2, 1, low), form('D-2', 1, 1, high), form('D-3', 2, 2, low),
      form('D-4', 1, 1, high), form('D-4', 1, 1, low), form('D-4', 2, 1, low), form('D-4', 1, 2, low),
    ]);
    const path = `/rounds/${round}/municipalities/101/forms`;
    const rows = async (show = '') => {
      const page = await at.staff.get(`${path}${show}`);
      assert.deepEqual([...page.text.matchAll(/([^>]+): (\d+)<\/a><\/li>/g)].map(([, name, n]) => `${name} ${n}`),
        ['Alle 5', 'Både start og slut 1', 'Kun start 2', 'Kun slut 1', 'Dobbelt 1']);
      return page.text.split('<tr>').slice(2).map((row) => {
        const cells = row.replaceAll(/<span class="(unseen|name)">[^<]*<\/span>/g, '').split(/<\/t[hd]>/);
        const days = (cell) => (cell.match(/class="day"/g) ?? []).length;
        return [cells[0].replace(/<[^>]*>/g, ''), days(cells[2]), days(cells[3]), cells[4].replace(/<[^>]*>/g, '').trim()];
      });
    };
    const all = [['D-1', 1, 1, 'begge'], ['D-2', 1, 0, 'kun start'], ['D-3', 0, 1, 'kun slut'], ['D-4', 2, 1, 'dobbelt'], ['D-4', 1, 0, 'kun start']];
    assert.deepEqual(await rows(), all);
    assert.deepEqual(await rows('?show=doubled'), [all[3]]);
    assert.deepEqual(await rows('?show=start'), [all[1], all[4]]);
    const { forms } = JSON.parse(await hjemsvar.ok('report', '--round', round, '--format', 'json')).scores;
    assert.deepEqual([forms.paired, forms.start_only, forms.close_only, forms.doubled], [1, 2, 1, 1], 'as the report counts them');
  });

  test('has its report with the bands that are chosen, and its files', async () => {
    const path = `/rounds/${round}/report`;
    const page = await at.ours.get(path);
    assert.match(page.text, /<option value="" selected>Spørgeskemaets egne: SDQ, Storbritannien/);
    assert.match(page.text, /D-1/);
    assert.match(page.text, /Let forhøjet/);
    assert.doesNotMatch(page.text, /Afsluttede forløb/i);
    const none = await at.ours.get(`${path}?norms=none`);
    assert.doesNotMatch(none.text, /Let forhøjet/);
    for (const norms of ['../norms/sdq-gb', 'sdq-dk'])
      assert.equal((await at.ours.get(`${path}?norms=${norms}`)).status, 422, norms);
    for (const [norms, more] of [['', []], ['none', ['--norms', 'none']]]) {
      const file = await at.ours.post(path, { format: 'json', norms });
      assert.equal(file.text, await hjemsvar.ok('report', '--round', round, '--format', 'json', ...more), norms);
    }
    const csv = await at.ours.post(`/rounds/${round}/exports`, { format: 'csv', shape: 'wide' });
    assert.equal(csv.status, 200);
    assert.equal((csv.text.match(/D-4/g) ?? []).length, 4);
    const files = await at.ours.get(`/rounds/${round}/exports`);
    assert.match(files.text, /Giv den ikke videre/);
    assert.doesNotMatch(files.text, /Til at give videre/, 'children of one municipality are too few');
    assert.equal((await at.staff.post(path, { format: 'json' })).status, 403);
    assert.match((await at.ours.get(`/rounds/${round}/end`)).text, /ingen rækker anonyme/);
  });

  test('is shown on pages that everybody can read', async () => {
    const page = await newPhone(browser);
    await page.context().setExtraHTTPHeaders({ 'X-Signed-In': 'ours@example.dk' });
    for (const tail of ['new', round, `${round}/edit`, `${round}/state?to=close`, `${round}/municipalities/101/forms`, `${round}/report`, `${round}/exports`]) {
      await page.goto(`${desk.server.console}/rounds/${tail}`);
      await picture(page, `personal-rounds-${String(tail).replaceAll(/[/?]/g, '-')}`);
      assert.deepEqual(await barriers(page), [], tail);
      assert.deepEqual(await faults(page), [], tail);
    }
    await page.context().close();
  });

  test('is finalised as what it stays, data on children', async () => {
    await hjemsvar.sql(`INSERT INTO review (round, municipality, a, b, place, decision, counts, actor)
      SELECT ${round}, 101, min(id::text)::uuid, max(id::text)::uuid, 1, 'same', min(id::text)::uuid, 'a'
      FROM submission WHERE round = ${round} AND answers->>'sag' = 'D-1'`);
    await hjemsvar.ok('duplicates', 'refresh', '--round', round);
    assert.equal((await at.ours.get(`/rounds/${round}/duplicates`)).status, 404);
    const alike = await hjemsvar.sql(`SELECT (SELECT count(*) FROM pair WHERE round = ${round}), count(*),
      count(*) FILTER (WHERE duplicate = 1 OR weight <> 1) FROM flag WHERE round = ${round}`);
    assert.deepEqual(alike, [['0', '8', '0']], 'forms of two children who do alike are no repeats');
    await hjemsvar.ok('round', 'close', round);
    const told = await hjemsvar.ok('round', 'finalise', round, '--dry-run');
    for (const what of [/cannot be taken back/, /kept: 8 answers with their case numbers/, /remain personal data on children/, /the link to the round/])
      assert.match(told, what);
    assert.doesNotMatch(told, /links answers to people|look alike|letters|courses|traces/);
    await hjemsvar.sql(`UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = ${round}`);
    assert.match((await at.ours.get(`/rounds/${round}/finalise`)).text, /Sagsnumrene bliver/);
    assert.equal((await at.ours.post(`/rounds/${round}/finalise`, { name: String(round) })).status, 303);
    const list = await at.staff.get(`/rounds/${round}/municipalities/101/forms`);
    const days = [...list.text.matchAll(/<\/span>([^<]*)<\/a> /g)].map(([, day]) => day.replace(/^[1-4]\. kvartal \d{4}$/, 'kvartal'));
    assert.deepEqual(days, Array(8).fill('kvartal'), 'no day is told that is none');
  });
});

test('pages for all rounds say what is true of these, too', async () => {
  const [mixed, alone] = [await at.staff.get('/'), await at.confined.get('/')];
  assert.match(mixed.text, /Om runder uden sagsnummer: Antal svar vises i trin/);
  assert.match(alone.text, /Før og efter/);
  assert.doesNotMatch(alone.text, /vises i trin|kan ikke se de enkelte svar/);
  assert.match((await at.staff.get('/help')).text, /Kun et skema med sagsnummer kan kommunens evaluator finde og slette/);
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
    for (const path of ['/rounds/1', '/rounds/1/exports', '/rounds/1/report', '/rounds/1/report/rounds', '/rounds/1/end', home, `${home}/forms`]) {
      const reply = await at[who].get(path);
      assert.ok([403, 404].includes(reply.status), `${who} ${path}: ${reply.status}`);
      assert.doesNotMatch(reply.text, /Før og efter/, `${who} ${path}`);
    }
    assert.doesNotMatch((await at[who].get('/')).text, /Før og efter/, who);
  }
  assert.match((await at.ours.get('/')).text, /Før og efter/);
  assert.doesNotMatch((await at.everybody.get('/rounds/new')).text, /Barnets trivsel/);
  for (const path of ['/rounds/1', '/rounds/1/edit', '/rounds/1/exports', '/rounds/1/report', '/rounds/1/report/rounds', '/rounds/1/end', '/rounds/1/state?to=close'])
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
  assert.equal(entered, '4');
  const audit = await at.ours.get('/audit');
  assert.match(audit.text, /Rettede sagsnummeret på et skema/);
  desk.server.keep('a-17', 'c-30');
});

test('a corrected number is what the questionnaire takes, and meets another form only if that is said', async () => {
  for (const sag of ['E-1', 'E-2']) {
    const page = await at.staff.get(`${home}/forms/new`);
    const submission = /name="submission" value="(\w+)"/.exec(page.text)[1];
    const done = await at.staff.post(`${home}/forms/new`, { submission, f_sag: sag, f_tid: 1, f_udfylder: 1, f_t1: 0 });
    assert.equal(done.status, 303, headingOf(done));
  }
  const [[id]] = await hjemsvar.sql("SELECT id FROM submission WHERE answers->>'sag' = 'E-2'");
  const path = `${home}/forms/${id}`;
  assert.match((await at.staff.get(path)).text, /højst 20 tegn/);
  const long = await at.staff.post(path, { action: 'correct', number: '2026-0000-0000-0000-0000-04' });
  assert.equal(long.status, 422);
  assert.match(long.text, /Spørgeskemaet tager højst 20 tegn/);
  const meets = await at.staff.post(path, { action: 'correct', number: 'e-1' });
  assert.equal(meets.status, 409);
  assert.match(meets.text, /tæller ikke som et par/);
  assert.equal((await at.staff.post(path, { action: 'correct', number: 'e-1', again: '1' })).status, 303);
  assert.equal((await exportRows(hjemsvar, 1)).filter(({ sag }) => sag === 'E-1').length, 2);
  assert.equal((await at.ours.get('/rounds/1/report')).status, 200);
  desk.server.keep('2026-0000', 'e-1', 'E-1', 'E-2');
});

test('its municipality lets people and programs in, and nobody else does', async () => {
  const refused = /dens egen evaluator, der giver adgang/;
  for (const who of ['everybody', 'admin']) {
    const made = await at[who].post('/staff', { email: `${who}-in@example.dk`, role: 'municipality', municipality: 101 });
    assert.deepEqual([made.status, refused.test(made.text)], [403, true], `${who}: ${headingOf(made)}`);
    const [[id]] = await hjemsvar.sql("SELECT id FROM staff WHERE email = 'staff@example.dk'");
    const again = await at[who].post(`/staff/${id}`, { action: 'invite' });
    assert.deepEqual([again.status, refused.test(again.text)], [403, true], who);
  }
  const page = await at.ours.get('/staff');
  assert.deepEqual([...page.text.matchAll(/<option value="([a-z]+)"/g)].map(([, role]) => role), ['municipality', 'evaluator']);
  assert.doesNotMatch((await at.everybody.get('/staff')).text, /<option value="evaluator"/);
  const colleague = { email: 'colleague@example.dk', role: 'evaluator', municipality: 101 };
  await at.ours.invite(colleague);
  const [[id]] = await hjemsvar.sql("SELECT id FROM staff WHERE email = 'colleague@example.dk'");
  assert.equal((await at.admin.post(`/staff/${id}`, { action: 'disable' })).status, 303, 'shutting lets nobody in');
  assert.equal((await at.admin.post(`/staff/${id}`, { action: 'enable' })).status, 403);

  const tokenOf = async (who) => {
    await at[who].get('/tokens');
    const reply = await at[who].post('/tokens', { name: `af ${who}`, role: 'evaluator', municipality: 101, days: 1 });
    const token = /id="link" value="([0-9A-Z]+)"/.exec(reply.text)[1];
    desk.server.keep(token);
    return (path) => request(desk.server.console, `/api/v1/rounds${path}`, { headers: { Authorization: `Bearer ${token}` } });
  };
  const kinds = (reply) => JSON.parse(reply.text).rounds.filter(({ round }) => round < 3).map(({ round, kind }) => [round, kind]);
  for (const who of ['admin', 'everybody']) {
    const theirs = await tokenOf(who);
    assert.deepEqual(kinds(await theirs('')), [[2, 'anonymous']], who);
    for (const path of ['/1', '/1/answers?format=csv', '/1/report']) assert.equal((await theirs(path)).status, 404, `${who} ${path}`);
  }
  const own = await tokenOf('ours');
  assert.deepEqual(kinds(await own('')).sort(), [[1, 'personal'], [2, 'anonymous']]);
  assert.equal((await own('/1/answers?format=csv')).status, 200);
  const log = (await at.ours.get('/audit')).text;
  assert.match(log, /API-nøgle \d+: evaluator, København/);
  assert.match(log, /af ours/, 'who took the answers out');
  assert.doesNotMatch((await at.everybody.get('/audit')).text, /kendte børn/, 'a notice tells that there is a round');
});

test('it has no registration sheet, on paper or on a phone', async () => {
  for (const path of ['courses', 'courses/sheets', 'courses/course', 'courses/import', 'courses.csv'])
    assert.equal((await at.ours.get(`${home}/${path}`)).status, 404, path);
  assert.equal((await at.staff.post(`${home}/courses/sheets`, { name: 'Anna', days: 30 })).status, 404);
  assert.equal((await at.ours.get('/rounds/2/municipalities/101/courses/sheets')).status, 200);
});

test('the commands of the manual that make one are what the program takes', async () => {
  const manual = (await readFile(join(checkout, 'docs/personal.md'), 'utf8')).split('## Make one')[1].split('\n## ')[0];
  const commands = manual.split('\n').filter((line) => line.startsWith('hjemsvar '));
  assert.ok(commands.length >= 5, manual);
  const mine = join(hjemsvar.folder, 'my-instrument.json');
  await writeFile(mine, (await readFile(definition, 'utf8')).replace('"trivsel"', '"my-instrument"'));
  for (const command of commands) {
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
    await hjemsvar.ok(...words.slice(1).map((word) => (word === 'my-instrument.json' ? mine : word)));
  }
});

test('it has no package of anonymous rows, and the command says what ends it instead', async () => {
  await hjemsvar.ok('round', 'close', '1');
  await hjemsvar.ok('round', 'finalise', '1');
  const refused = await hjemsvar.cli(['round', 'archive', '1', '--out', join(hjemsvar.folder, 'round.zip')]);
  assert.equal(refused.code, 65);
  assert.match(refused.stderr, /known children, and none of its rows are anonymous.*purge --without-archive 1 --reason/s);
});
