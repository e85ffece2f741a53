// The whole life of a round, by what a browser sends and nothing else: no shell, no SQL but for
// the hour that passes before a round may be finalised.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { csvObjects } from './lib/csv.mjs';
import { Hjemsvar, requiredSettings, run } from './lib/hjemsvar.mjs';
import { eventually, request, sendJson, unescapeHtml } from './lib/server.mjs';
import { Console, headingOf } from './lib/staff.mjs';

let hjemsvar;
let desk;

before(async () => {
  hjemsvar = await Hjemsvar.create({ settings: false });
  desk = await Console.start(hjemsvar);
  await desk.account({ email: 'admin@example.dk', role: 'admin', name: 'Ane Lund' });
  await desk.account({ email: 'vive@example.dk', role: 'evaluator', name: 'Bo Holm' });
  await desk.account({ email: 'kommune@example.dk', role: 'municipality', municipality: 217 });
});

after(async () => {
  await desk?.stop();
  await hjemsvar?.drop();
});

// Follows a form's reply to the page that it leads to.
async function posted(staff, path, fields) {
  const reply = await staff.post(path, fields);
  assert.equal(reply.status, 303, `${path}: ${headingOf(reply)}`);
  const page = await staff.get(reply.headers.location);
  assert.equal(page.status, 200, reply.headers.location);
  assert.match(page.text, /class="box good" role="status"/);
  return page;
}

// The pages are found by the links of the page before.
function linkTo(page, ending) {
  const found = new RegExp(`href="([^"]*${ending})"`).exec(page.text);
  assert.ok(found, `no link to ${ending} on ${headingOf(page)}`);
  return unescapeHtml(found[1]);
}

test('from an empty installation to a finalised round without a shell', async () => {
  const admin = await desk.signIn('admin@example.dk');
  const evaluator = await desk.signIn('vive@example.dk');
  const follow = async (page, ending) => {
    const next = await evaluator.get(linkTo(page, ending));
    assert.equal(next.status, 200, ending);
    return next;
  };

  // Made, and held back until the privacy notice says all it must.
  const home = await evaluator.get('/');
  const rounds = await follow(home, '/rounds');
  const form = await follow(rounds, '/rounds/new');
  assert.match(form.text, /Opret runden/);
  const wanted = {
    title: 'Hjemmepædagoger 2026',
    questionnaire: 'bilag8',
    first: 'da',
    codes: 'open',
    municipality_217: '1',
    municipality_479: '1',
    confirm: '1',
    traces: '1',
    language_en: '1',
  };

  // In two languages: the translation is read beside the words that it translates, and approved.
  const draft = await evaluator.post('/rounds/new', wanted);
  assert.equal(draft.status, 422);
  assert.match(draft.text, /id="languages-problem">Et af de sprog, der er valgt, er et udkast/);
  const english = await follow(await follow(rounds, '/translations'), '/translations/bilag8/1/en');
  assert.match(english.text, /<th scope="row" lang="da">ved ikke<\/th><td lang="en" dir="ltr">don&#39;t know<\/td>/);
  const other = await evaluator.post('/translations/bilag8/1/en', { hash: '0'.repeat(64) });
  assert.equal(other.status, 409);
  assert.match(other.text, /Ordene er ændret, siden siden blev vist/);
  const read = /name="hash" value="([0-9a-f]{64})"/.exec(english.text)[1];
  const approved = await posted(evaluator, '/translations/bilag8/1/en', { hash: read });
  assert.match(approved.text, /Tilstand: <strong>godkendt<\/strong>/);
  assert.doesNotMatch(approved.text, /name="hash"/);
  const [[who, action, subject]] = await hjemsvar.sql('SELECT actor_name, action, subject FROM audit ORDER BY id DESC LIMIT 1');
  assert.deepEqual([who, action, subject], ['Bo Holm', 'translation.approve', 'bilag8 1 en']);
  const made = await posted(evaluator, '/rounds/new', wanted);
  assert.match(made.text, /Runden kan ikke åbne endnu/);
  await admin.get('/installation');
  const values = requiredSettings.map((key) => [key, `Vi skriver her om ${key}`]);
  await posted(admin, '/installation', { save: '1', ...Object.fromEntries(values) });
  const one = await evaluator.get('/rounds/1');
  assert.match(one.text, /Status: <strong>åben<\/strong>/);

  // The letter is read and approved, and the municipality prints it.
  const towns = await follow(one, '/rounds/1/municipalities');
  const letters = await follow(towns, '/municipalities/217/letters');
  const hash = /name="hash" value="([0-9a-f]{64})"/.exec(letters.text)[1];
  await posted(evaluator, '/rounds/1/municipalities/217/letters/approval', { language: 'da', hash });
  const coordinator = await desk.signIn('kommune@example.dk');
  await coordinator.get('/rounds/1/municipalities/217/settings');
  await posted(coordinator, '/rounds/1/municipalities/217/settings', {
    contact: 'Anne Holm',
    phone: '49 28 00 00',
    window_x: '20',
    window_y: '45',
    window_width: '85',
    window_height: '30',
  });
  const letter = await coordinator.get('/rounds/1/municipalities/217/letters.pdf');
  assert.equal(letter.headers['content-type'], 'application/pdf');

  // Parents answer by the link that the municipality's page shows; one of them twice.
  const town = await coordinator.get('/rounds/1/municipalities/217');
  const code = /https:\/\/svar\.example\/S\/([0-9A-Z]{7})/.exec(town.text)[1];
  desk.server.keep(code);
  await eventually(
    () => request(desk.server.respondents, `/S/${code}`),
    (reply) => reply.status === 200,
  );
  for (const q9 of [9, 9, 7, 3])
    assert.equal((await sendJson(desk.server, code, { q1: 2, q3: 1, q7: 1, q9 })).status, 201);
  const counted = await evaluator.get('/rounds/1/municipalities');
  assert.match(counted.text, /Helsingør<\/a>[\s\S]*?Svar<\/span> 4</);

  // Closed, looked through, exported.
  const ask = await follow(one, '/rounds/1/state\\?to=close');
  assert.match(ask.text, /Linkene siger fra nu af, at undersøgelsen er lukket/);
  const closed = await posted(evaluator, '/rounds/1/state', { to: 'close' });
  assert.match(closed.text, /Status: <strong>lukket<\/strong>/);
  await follow(closed, '/rounds/1/duplicates');
  await posted(evaluator, '/rounds/1/duplicates/refresh', {});
  await follow(closed, '/rounds/1/exports');
  const file = await evaluator.post('/rounds/1/exports', { format: 'csv', shape: 'wide' });
  const rows = csvObjects(file.text);
  assert.deepEqual(rows.map(({ q9 }) => q9).sort(), ['3', '7', '9', '9']);

  // Finalised once nobody can be writing any more.
  const early = await follow(closed, '/rounds/1/finalise');
  assert.match(early.text, /Vent til da/);
  await hjemsvar.sql(`UPDATE round SET opens_at = opens_at - interval '3 hours',
    closed_at = closed_at - interval '2 hours'`);
  await evaluator.get('/rounds/1/finalise');
  const done = await posted(evaluator, '/rounds/1/finalise', { name: 'Hjemmepædagoger 2026' });
  assert.match(done.text, /Status: <strong>gjort op<\/strong>/);
  await follow(done, '/rounds/1/exports');
  const kept = await evaluator.post('/rounds/1/exports', { format: 'csv', shape: 'wide' });
  assert.match(csvObjects(kept.text)[0].received_week, /^[0-9]{4}-Q[1-4]$/);
  await eventually(
    () => request(desk.server.respondents, `/S/${code}`),
    (reply) => reply.status === 404 || reply.status === 410,
  );

  // Each step has a name in the log, and none is the command line's.
  const told = await hjemsvar.sql(
    `SELECT action, actor_name FROM audit WHERE id > (SELECT min(id) FROM audit WHERE action = 'round.create')
     AND action NOT LIKE 'sign_in%' AND action <> 'setting.set' ORDER BY id`,
  );
  assert.deepEqual(
    told.map(([action, name]) => `${action} ${name}`),
    [
      'letters.approve Bo Holm',
      'municipality.set kommune@example.dk',
      'letters.print kommune@example.dk',
      'round.close Bo Holm',
      'duplicates.view Bo Holm',
      'answers.export Bo Holm',
      'answers.export_end Bo Holm',
      'round.finalise Bo Holm',
      'answers.export Bo Holm',
      'answers.export_end Bo Holm',
    ],
  );
});

test('the end of a round: kept, packed, told to have arrived, and deleted, without a shell', async () => {
  const admin = await desk.signIn('admin@example.dk');
  const evaluator = await desk.signIn('vive@example.dk');
  const published = await hjemsvar.ok('report', '--round', '1', '--format', 'json', '--profile', 'published');
  const last = Number((await hjemsvar.sql('SELECT max(id) FROM audit'))[0][0]);
  const link = linkTo(await evaluator.get('/rounds/1'), '/rounds/1/end');
  const page = await evaluator.get(link);
  assert.match(page.text, /Ingen har sagt, hvor længe svarene gemmes/);
  assert.match(page.text, /Ingen anonymiserede rækker er givet videre/);
  assert.match(page.text, /Der er ingen frist/);

  // How long, and not so soon that nobody could notice.
  const day = async (days) => (await hjemsvar.sql(`SELECT current_date + ${days}`))[0][0];
  for (const [fields, problem] of [
    [{ until: await day(10) }, /mindst 30 dage/],
    [{ until: '2031-02-29' }, /en dato, der findes/],
    [{ until: 'tomorrow' }, /en dato, der findes/],
    [{ months: '0' }, /fra 1 til 1200/],
    [{ until: '2031-12-31', months: '3' }, /kun ét af felterne/],
  ]) {
    const wrong = await evaluator.post(link, { do: 'keep', ...fields });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, problem);
  }
  const kept = await posted(evaluator, link, { do: 'keep', until: '2031-12-31' });
  assert.match(kept.text, /til og med 31\.12\.2031/);

  // Rows go into the package only where an admin has allowed it.
  const refused = await evaluator.post(`${link}/archive`);
  assert.equal(refused.status, 409);
  await admin.get('/installation');
  const values = requiredSettings.map((key) => [key, `Vi skriver her om ${key}`]);
  await posted(admin, '/installation', { save: '1', ...Object.fromEntries(values), archive_rows: 'internal' });
  const folder = await mkdtemp(join(tmpdir(), 'life-'));
  const file = await evaluator.post(`${link}/archive`);
  assert.equal(file.headers['content-type'], 'application/zip', headingOf(file));
  await writeFile(join(folder, 'a.zip'), file.bytes);
  await run('unzip', ['-q', 'a.zip'], { cwd: folder });
  const sums = await run('sha256sum', ['--strict', '-c', 'SHA256SUMS'], { cwd: folder });
  assert.equal(sums.code, 0, sums.stdout + sums.stderr);
  const text = (name) => readFile(join(folder, name), 'utf8');
  assert.equal(csvObjects(await text('answers/answers_wide.csv')).length, 4);
  assert.match(await text('courses.csv'), /^municipality_code,/);
  assert.equal(await text('releases/1/report.json'), published);
  assert.match(await text('releases/1/report.html'), /Hvad forældrene svarer/);
  assert.match(await text('releases/1/report.pdf'), /^%PDF-1\./);
  const events = (await text('audit.jsonl')).trim().split('\n').map((line) => JSON.parse(line));
  assert.ok(events.some(({ action, actor_name }) => action === 'round.finalise' && actor_name === 'Bo Holm'));
  const [, word] = /Pakkens ord[^:]*: ([0-9A-Z]{8})\n/.exec(await text('README.txt'));
  await rm(folder, { recursive: true });

  // It may not have arrived: nothing is deleted until somebody has opened it.
  await hjemsvar.sql("UPDATE round SET retain_until = '2026-01-01'");
  assert.match((await evaluator.get('/rounds')).text, /Runder, hvis frist er gået[^]*mangler en pakke, der er på plads/);
  const waiting = await admin.get(link);
  assert.match(waiting.text, /Venter på ordet/);
  assert.doesNotMatch(waiting.text, new RegExp(word), 'the page does not tell it');
  assert.doesNotMatch(waiting.text, /Slet rundens svar/);
  const early = await admin.post(`${link}/purge`, { name: '1' });
  assert.equal(early.status, 409);
  const wrong = await evaluator.post(link, { do: 'receive', receipt: 'AAAAAAAA' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /Ingen pakke, der venter/);
  await hjemsvar.sql("UPDATE round_archive SET receipt = '01' || substr(receipt, 3)");
  const there = await posted(evaluator, link, { do: 'receive', receipt: `Ol${word.slice(2, 4)}-${word.slice(4).toLowerCase()}` });
  assert.match(there.text, /Holder runden, som den er[^]*En administrator kan slette/);

  // Said first, named again, done by an admin alone.
  assert.equal((await evaluator.post(`${link}/purge`, { name: '1' })).status, 403);
  assert.match((await admin.get(link)).text, /4 svar slettes for altid/);
  assert.equal((await admin.post(`${link}/purge`, { name: '2' })).status, 422);
  assert.deepEqual(await hjemsvar.sql('SELECT count(*) FROM submission'), [['4']]);
  const gone = await posted(admin, `${link}/purge`, { name: 'Hjemmepædagoger 2026' });
  assert.match(gone.text, /blev slettet [0-9.]+\. Det kan ikke gøres om/);
  assert.deepEqual(await hjemsvar.sql('SELECT count(*) FROM submission'), [['0']]);
  assert.deepEqual(
    (await hjemsvar.sql(`SELECT action, actor_name FROM audit WHERE id > ${last} AND action NOT LIKE 'sign_in%' ORDER BY id`)).map((row) => row.join(' ')),
    [
      'round.set Bo Holm',
      'setting.set Ane Lund',
      'answers.export Bo Holm',
      'answers.export_end Bo Holm',
      'course.export Bo Holm',
      'answers.report Bo Holm',
      'round.archive Bo Holm',
      'round.archive_received Bo Holm',
      'access.refuse Bo Holm',
      'round.purge Ane Lund',
    ],
  );
  assert.match((await evaluator.get('/audit')).text, /Sagde, at pakke 1 er på plads/);
});
