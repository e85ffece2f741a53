// Where a round's answers leave on the console: files of one's own, and rows to give away.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launch, newPhone, sticksOut } from './lib/browser.mjs';
import { csvObjects } from './lib/csv.mjs';
import { click, deskPage, look, screens } from './lib/desk.mjs';
import { Hjemsvar, checkout, run } from './lib/hjemsvar.mjs';
import { hold, locks } from './lib/hold.mjs';
import { eventually } from './lib/server.mjs';
import { Console, headingOf } from './lib/staff.mjs';
import { exportText, importOk } from './lib/transfer.mjs';

let hjemsvar;
let desk;
let browser;
let evaluator;
let answers; // 71 of four municipalities
let round;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  answers = await readFile(join(checkout, 'tests/fixtures/disclosure/answers.csv'), 'utf8');
  desk = await Console.start(hjemsvar);
  await desk.account({ email: 'vive@example.dk', role: 'evaluator', name: 'Bo Holm' });
  await desk.account({ email: 'of-217@example.dk', role: 'evaluator', municipality: 217 });
  evaluator = await desk.signIn('vive@example.dk');
  browser = await launch();
  ({ round } = await hjemsvar.createRound('--municipality', '101,217,479,787', '--languages', 'da,en', '--allow-drafts'));
  await importOk(hjemsvar, round, answers);
  await hjemsvar.ok('duplicates', 'refresh', '--round', round);
});

after(async () => {
  await browser?.close();
  await desk?.stop();
  await hjemsvar?.drop();
});

const path = (tail) => `/rounds/${round}/${tail}`;
const own = async (fields, staff = evaluator) => {
  await staff.get(path('exports'));
  return staff.post(path('exports'), { shape: 'wide', ...fields });
};
const away = async (fields) => {
  await evaluator.get(path('exports'));
  return evaluator.post(path('releases'), fields);
};
const problems = (reply) =>
  [...reply.text.matchAll(/<p class="problem" id="([a-z_]+)-problem">/g)].map(([, id]) => id);
const newest = async () => Number((await hjemsvar.sql('SELECT max(id) FROM audit'))[0][0]);
const since = async (id) =>
  (await hjemsvar.sql(`SELECT action, actor_name, details FROM audit WHERE id > ${id} ORDER BY id`)).map(
    ([action, who, details]) => [action, who, JSON.parse(details)],
  );

test('a file of the console is the file of the command line, byte for byte, and the log knows who', async () => {
  const before = await newest();
  const reply = await own({ format: 'csv' });
  assert.equal(reply.status, 200, headingOf(reply));
  assert.match(reply.headers['content-disposition'], /^attachment; filename="round-[0-9]+-wide\.csv"/);
  const file = { format: 'csv', profile: 'internal' };
  assert.deepEqual(await since(before), [
    ['answers.export', 'Bo Holm', file],
    ['answers.export_end', 'Bo Holm', { ...file, rows: 71 }],
  ]);
  assert.equal(reply.text, await exportText(hjemsvar, round));
  const long = await own({ format: 'excel', shape: 'long' });
  const same = ['--format', 'csv', '--dialect', 'excel', '--shape', 'long'];
  assert.equal(long.bytes.toString(), await exportText(hjemsvar, round, ...same));
});

test('every format comes as what it says it is', async () => {
  const signs = { xlsx: 'PK', zip: 'PK', sav: '$FL2', dta: '<stata_dta>', jsonl: '{' };
  for (const [format, sign] of Object.entries(signs)) {
    const reply = await own({ format });
    assert.equal(reply.status, 200, `${format}: ${headingOf(reply)}`);
    assert.equal(reply.bytes.subarray(0, sign.length).toString('latin1'), sign, format);
    assert.match(reply.headers['content-disposition'], new RegExp(`\\.${format}"`));
  }
});

test('what was chosen is in the file and nothing else', async () => {
  const two = csvObjects((await own({ format: 'csv', municipality_217: '1', municipality_479: '1' })).text);
  assert.deepEqual([...new Set(two.map((row) => row.municipality_code))].sort(), ['217', '479']);
  const english = await own({ format: 'csv', language_en: '1' });
  assert.deepEqual([...new Set(csvObjects(english.text).map(({ language }) => language))], ['en']);
  const silent = await own({ format: 'csv', no_comments: '1', without_flagged: '1' });
  const words = ['--comments', 'none', '--without-flagged'];
  assert.equal(silent.text, await exportText(hjemsvar, round, ...words));
});

test('a week that is none is named, and the other choices stay', async () => {
  const reply = await own({ format: 'sav', shape: 'long', from: 'uge 47', municipality_479: '1' });
  assert.deepEqual([reply.status, problems(reply)], [422, ['from']]);
  assert.match(reply.text, /<option value="sav" selected>/);
  assert.match(reply.text, /name="from" value="uge 47"/);
  assert.match(reply.text, /id="municipality_479"[^>]* checked/);
  assert.match(reply.text, /id="shape-long"[^>]* checked/);
  const order = await own({ format: 'csv', from: '2026-W40', to: '2026-W30' });
  assert.deepEqual(problems(order), ['from']);
});

test('an evaluator of one municipality gets its answers and gives nothing away', async () => {
  const staff = await desk.signIn('of-217@example.dk');
  const page = await staff.get(path('exports'));
  assert.doesNotMatch(page.text, /Til at give videre/);
  const rows = csvObjects((await own({ format: 'csv' }, staff)).text);
  assert.deepEqual([...new Set(rows.map((row) => row.municipality_code))], ['217']);
  const other = await own({ format: 'csv', municipality_101: '1' }, staff);
  assert.equal(other.status, 422);
  assert.equal(headingOf(await staff.post(path('releases'), { k: '5' })), 'Det må du ikke');
});

test('nothing is given away of an open round, or while parents may be writing', async () => {
  const page = await evaluator.get(path('exports'));
  assert.match(page.text, /Det kan først gøres, når runden er lukket/);
  assert.equal((await away({ k: '5' })).status, 422);
  await hjemsvar.ok('round', 'close', round);
  assert.match((await evaluator.get(path('exports'))).text, /kan stadig sende/);
  await hjemsvar.sql(`UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = ${round}`);
});

test('rows are given away with a certificate, once; the same file again, or by a name', async () => {
  const few = await away({ k: '2' });
  assert.deepEqual([few.status, problems(few)], [422, ['k']]);
  const huge = await away({ k: '60' });
  assert.deepEqual([huge.status, problems(huge)], [422, ['k']]);
  assert.match(huge.text, /k = [0-9]+ kan/);
  assert.match(huge.text, /name="k" class="short" value="60"/);

  const before = await newest();
  const first = await away({ k: '5' });
  assert.equal(first.status, 200, headingOf(first));
  const rows = csvObjects(first.text);
  assert.equal(rows.length, 71);
  const [[release]] = await hjemsvar.sql('SELECT max(id) FROM release');
  assert.deepEqual(
    (await since(before)).map(([action, who]) => [action, who]),
    [
      ['answers.export', 'Bo Holm'],
      ['answers.release', 'Bo Holm'],
      ['answers.export_end', 'Bo Holm'],
    ],
  );
  const cli = ['answers', 'export', '--round', round, '--format', 'csv', '--profile', 'anonymised'];

  const page = await evaluator.get(path('exports'));
  assert.match(page.text, new RegExp(`Udgivelse ${release}</strong>: rækker.*k = 5 \\(71 rækker, k nået: [0-9]+\\)`));
  const certificate = await evaluator.get(path(`releases/${release}/certificate.html`));
  assert.equal(certificate.status, 200);
  assert.match(certificate.text, /Attest for anonymiserede svar/);
  const paper = join(hjemsvar.folder, 'paper.html');
  const same = await hjemsvar.ok(...cli, '--release', release, '--certificate', paper);
  assert.equal(same, first.text);
  assert.equal(certificate.text, await readFile(paper, 'utf8'));
  const again = await away({ again: release });
  assert.equal(again.text, first.text);

  const second = await away({ k: '3' });
  assert.deepEqual([second.status, problems(second)], [422, ['why']]);
  assert.match(second.text, new RegExp(`Udgivelse ${release} gav de samme svar videre`));
  const override = await away({ k: '3', why: 'Den første blev aldrig sendt' });
  assert.equal(override.status, 200, headingOf(override));
  const list = await evaluator.get(path('exports'));
  assert.match(list.text, /Bo Holm: <span class="note">Den første blev aldrig sendt</);
  assert.match((await away({ again: '99999' })).text, /Der er ingen udgivelse 99999/);
  assert.equal((await evaluator.get(path('releases/99999/certificate.html'))).status, 404);
});

test('one person has one file made at a time, whichever it is', async () => {
  const { round: open } = await hjemsvar.createRound();
  const release = await hold(hjemsvar, 'flag');
  const ask = (tail, fields) => evaluator.post(`/rounds/${open}/${tail}`, fields);
  const first = ask('exports', { format: 'jsonl', shape: 'wide' });
  await eventually(() => locks(hjemsvar, 'NOT granted'), ({ length }) => length === 1);
  for (const [tail, fields] of [
    ['exports', { format: 'csv', shape: 'wide' }],
    ['report', { format: 'json' }],
    ['releases', { k: '5' }],
  ]) {
    const reply = await ask(tail, fields);
    assert.equal(reply.status, 429, `${tail}: ${headingOf(reply)}`);
    assert.equal(headingOf(reply), 'Vent på den fil, du allerede henter');
    assert.ok(Number(reply.headers['retry-after']) > 0);
  }
  const published = `/rounds/${open}/report/releases/1?format=pdf`;
  assert.equal((await evaluator.get(published)).status, 429);
  assert.equal((await evaluator.get(published, { method: 'HEAD' })).status, 405, 'nobody gets the file');
  await release();
  assert.equal((await first).status, 200);
  assert.equal((await ask('report', { format: 'json' })).status, 200);
});

test('an export that waits for the database is given up when the server stops', async (t) => {
  const other = await Console.start(hjemsvar);
  t.after(() => other.server.ended ?? other.stop());
  const staff = await other.signIn('vive@example.dk');
  const release = await hold(hjemsvar, 'flag');
  await staff.get('/account');
  const waiting = staff.post(path('exports'), { format: 'zip' });
  await eventually(() => locks(hjemsvar, 'NOT granted'), ({ length }) => length === 1);
  other.server.child.kill('SIGTERM');
  const reply = await waiting;
  assert.deepEqual([reply.status, headingOf(reply)], [503, 'Siden kan ikke vises lige nu']);
  assert.deepEqual(await other.server.exited, { code: 0, signal: null });
  await release();
});

test('a round whose answers were deleted gives no empty files', async () => {
  const { round: old } = await hjemsvar.createRound();
  await hjemsvar.sql(`UPDATE round SET closed_at = now() - interval '2 hours', finalised_at = now() - interval '1 hour'
    WHERE id = ${old}`);
  await hjemsvar.sql(`INSERT INTO round_purge (round, answers, courses, why) VALUES (${old}, 0, 0, 'test')`);
  const gone = 'Rundens svar er slettet';
  const page = await evaluator.get(`/rounds/${old}/exports`);
  assert.match(page.text, /blev slettet for altid/);
  assert.doesNotMatch(page.text, /name="format"/);
  for (const [tail, fields] of [
    ['exports', { format: 'csv', shape: 'wide' }],
    ['report', { format: 'json' }],
  ]) {
    const reply = await evaluator.post(`/rounds/${old}/${tail}`, fields);
    assert.deepEqual([tail, reply.status, headingOf(reply)], [tail, 409, gone]);
  }
  assert.equal(headingOf(await evaluator.get(`/rounds/${old}/report`)), gone);
  const rows = await evaluator.post(`/rounds/${old}/releases`, { k: '5' });
  assert.equal(rows.status, 422);
  assert.match(rows.text, /ingen rækker at give videre/);
  assert.match((await evaluator.get(`/rounds/${old}/report/releases`)).text, /Rapporter, der er udgivet, kan stadig hentes/);
});

for (const [where, viewport] of screens) {
  test(`the page can be used by everybody (${where})`, async () => {
    const page = await deskPage(browser, evaluator, viewport);
    await page.goto(`${desk.server.console}${path('exports')}`);
    await look(page, 'page');
    await page.fill('#from', 'uge 47');
    await click(page, 'button:has-text("Hent filen")');
    assert.match(await page.title(), /^Fejl: Hent svar/);
    await look(page, 'problem');
    const arrived = page.waitForEvent('download');
    await page.fill('#from', '');
    await page.click('button:has-text("Hent filen")');
    assert.match((await arrived).suggestedFilename(), /^round-[0-9]+-wide\.xlsx$/);
    const paper = await newPhone(browser, { viewport }); // a file: the console's policy is not its
    await paper.setContent((await evaluator.get(path('releases/1/certificate.html'))).text);
    assert.equal(await sticksOut(paper), false, 'the certificate sticks out');
    for (const one of [page, paper]) await one.context().close();
  });
}

test('the package of a round for an archive holds what that of the command line holds', async () => {
  await hjemsvar.ok('round', 'finalise', round, '--yes');
  await hjemsvar.ok('settings', 'set', 'archive_rows', 'internal');
  assert.doesNotMatch((await evaluator.get(path('end'))).text, /venter på en kommune/);
  await hjemsvar.sql(`WITH l AS (INSERT INTO sheet_link (round, municipality, hash, name, ends_on)
      SELECT round, min(municipality), '\\x00112233445566778899aabbccddeeff', 'Team', '2099-12-31'
      FROM link WHERE round = ${round} GROUP BY round RETURNING round, municipality, id),
    c AS (INSERT INTO course (round, municipality, course_id) SELECT round, municipality, 'venter-1' FROM l)
    INSERT INTO course_sheet (round, municipality, course_id, sheet_link) SELECT round, municipality, 'venter-1', id FROM l`);
  assert.match((await evaluator.get(path('end'))).text, /Registreringsark fra telefoner, der venter på en kommune: 1\./);
  const reply = await evaluator.post(path('end/archive'));
  assert.equal(reply.headers['content-type'], 'application/zip', headingOf(reply));
  const folder = await mkdtemp(join(tmpdir(), 'packages-'));
  await writeFile(join(folder, 'console.zip'), reply.bytes);
  await hjemsvar.ok('round', 'archive', round, '--out', join(folder, 'shell.zip'));
  const files = async (name) => {
    await run('unzip', ['-q', `${name}.zip`, '-d', name], { cwd: folder });
    return (await readFile(join(folder, name, 'SHA256SUMS'), 'utf8')).trim().split('\n').sort();
  };
  // The word of a download, and what happened meanwhile.
  const differ = /  (README(\.en)?\.txt|audit\.jsonl)$/;
  const console = (await files('console')).filter((line) => !differ.test(line));
  assert.deepEqual(console, (await files('shell')).filter((line) => !differ.test(line)));
  const [[releases]] = await hjemsvar.sql(`SELECT count(*) FROM release WHERE round = ${round} AND seed IS NOT NULL`);
  assert.equal(console.filter((line) => /  releases\/[0-9]+\/certificate\.html$/.test(line)).length, Number(releases));
  assert.ok(Number(releases) >= 2);
  await rm(folder, { recursive: true });
});
