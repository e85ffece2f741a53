// The evaluator's page with the report of a round, and its files: the numbers of the command line, for
// who may read answers alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { csvOf } from './lib/csv.mjs';
import { launch, phone } from './lib/browser.mjs';
import { deskPage, look } from './lib/desk.mjs';
import { courseSheet, exampleAnswers } from './lib/example.mjs';
import { Hjemsvar } from './lib/hjemsvar.mjs';
import { Console } from './lib/staff.mjs';
import { importOk } from './lib/transfer.mjs';

let hjemsvar;
let desk;
let browser;
let evaluator;
let round; // 71 answers of four municipalities

before(async () => {
  hjemsvar = await Hjemsvar.create();
  desk = await Console.start(hjemsvar);
  await desk.account({ email: 'vive@example.dk', role: 'evaluator', name: 'Bo Holm' });
  await desk.account({ email: 'of-787@example.dk', role: 'evaluator', municipality: 787 });
  await desk.account({ email: '217@example.dk', role: 'municipality', municipality: 217 });
  evaluator = await desk.signIn('vive@example.dk');
  ({ round } = await hjemsvar.createRound('--municipality', '101,217,479,787'));
  await importOk(hjemsvar, round, csvOf(await exampleAnswers()));
  await hjemsvar.ok('courses', 'import', await hjemsvar.file('courses.csv', await courseSheet()), '--round', round);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await desk?.stop();
  await hjemsvar?.drop();
});

const path = (query = '') => `/rounds/${round}/report${query}`;
const text = (reply) => reply.text.replace(/<style>.*?<\/style>/s, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

async function file(format, more = {}, staff = evaluator) {
  await staff.get(path());
  return staff.post(path(), { format, in: 'da', ...more });
}

test('the page shows the numbers of the command line, and the log knows who saw them', async () => {
  const reply = await evaluator.get(path());
  assert.equal(reply.status, 200);
  assert.match(text(reply), /Figur 1 De vurderende spørgsmål ved siden af hinanden/);
  assert.match(text(reply), /N = 80 børn, som 71 forældre har svaret for/);
  const [[action, who, details]] = await hjemsvar.sql(
    'SELECT action, actor_name, details FROM audit ORDER BY id DESC LIMIT 1',
  );
  assert.deepEqual([action, who], ['answers.report', 'Bo Holm']);
  assert.deepEqual(JSON.parse(details), { format: 'page', profile: 'internal' });
  const json = (await file('json')).json();
  const told = JSON.parse(await hjemsvar.ok('report', '--round', round, '--format', 'json'));
  assert.deepEqual(json.figures, told.figures);
  assert.deepEqual(json.courses, told.courses);
});

test('the report leaves as PDF, page, workbook, pictures and JSON, in Danish or English', async () => {
  const kinds = {
    pdf: [/^application\/pdf/, '%PDF-1.'],
    html: [/^text\/html/, '<!DOCTYPE html>'],
    xlsx: [/spreadsheetml/, 'PK'],
    svg: [/^application\/zip/, 'PK'],
  };
  for (const [format, [type, begins]] of Object.entries(kinds)) {
    const reply = await file(format);
    assert.equal(reply.status, 200, format);
    assert.match(reply.headers['content-type'], type);
    assert.match(reply.headers['content-disposition'], /attachment; filename="rapport-\d+/);
    assert.equal(Buffer.from(reply.bytes).subarray(0, begins.length).toString('latin1'), begins, format);
  }
  const english = await file('html', { in: 'en' });
  assert.match(Buffer.from(english.bytes).toString('utf8'), /What the parents answer/);
});

test('weeks, closing dates and flagged answers are chosen for page and file alike', async () => {
  const chosen = await evaluator.get(path('?closed_from=2022-03-01&closed_to=2022-06-30&without_flagged=on'));
  assert.match(text(chosen), /forløb afsluttet fra 1\.3\.2022 til 30\.6\.2022\. Uden svar, der er mærket\./);
  assert.match(chosen.text, /<input type="hidden" name="closed_from" value="2022-03-01">/);
  const json = (await file('json', { closed_from: '2022-03-01' })).json();
  assert.equal(json.period.closed_from, '2022-03-01');
  for (const wrong of ['?from=i+dag', '?closed_to=2022-02-30', '?from=2026-W40&to=2026-W30', '?from=2026-Q4']) {
    const reply = await evaluator.get(path(wrong));
    assert.equal(reply.status, 422, wrong);
    assert.match(reply.text, /class="problem"/);
  }
  assert.equal((await file('docx')).status, 422);
});

test('an evaluator of one municipality sees that one, and a municipality nothing', async () => {
  const one = await desk.signIn('of-787@example.dk');
  const reply = await one.get(path());
  assert.equal(reply.status, 200);
  assert.match(text(reply), /Kun Thisted\./);
  assert.doesNotMatch(text(reply), /København/);
  const json = (await file('json', {}, one)).json();
  assert.equal(json.answers, 26);
  assert.deepEqual(json.coverage.map(({ group }) => group), ['787']);
  const coordinator = await desk.signIn('217@example.dk');
  for (const refused of [await coordinator.get(path()), await coordinator.post(path(), { format: 'json' })]) {
    assert.equal(refused.status, 403);
    assert.doesNotMatch(text(refused), /Figur 1/);
  }
});

test('the page can be used on a phone, and holds to its policy', async () => {
  const one = await desk.signIn('of-787@example.dk');
  const page = await deskPage(browser, one, phone);
  await page.goto(`${desk.server.console}${path()}`);
  await look(page, 'report');
  await page.context().close();
});
