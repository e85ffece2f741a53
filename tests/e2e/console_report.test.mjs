// The evaluator's page with the report of a round, and its files: the numbers of the command line, for
// who may read answers alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { csvOf } from './lib/csv.mjs';
import { launch, phone, sticksOut } from './lib/browser.mjs';
import { deskPage, look, screens } from './lib/desk.mjs';
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
    assert.match(reply.headers['content-disposition'], /attachment; filename="rapport-\d+-da(-svg)?\.(pdf|html|xlsx|zip)"/);
    assert.equal(Buffer.from(reply.bytes).subarray(0, begins.length).toString('latin1'), begins, format);
  }
  const english = await file('html', { in: 'en' });
  assert.match(Buffer.from(english.bytes).toString('utf8'), /What the parents answer/);
  assert.match(english.headers['content-disposition'], /filename="rapport-\d+-en\.html"/, 'it lies beside the Danish one');
  assert.match((await file('json')).headers['content-disposition'], /filename="rapport-\d+\.json"/, 'which has no language');
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

test('municipality and language are chosen for page and file alike', async () => {
  const chosen = await evaluator.get(path('?municipality=217&language=da'));
  assert.match(text(chosen), /Kun Helsingør\..*Kun svar på dansk\./);
  assert.match(chosen.text, /<option value="217" selected>Helsingør</);
  assert.match(chosen.text, /<input type="hidden" name="municipality" value="217">/);
  assert.match(chosen.text, /<input type="hidden" name="language" value="da">/);
  const two = await evaluator.get(path('?municipality=217,479'));
  assert.match(text(two), /Kun Helsingør, Svendborg\./);
  assert.match(two.text, /<option value="217,479" selected>217,479</, 'what the page does not offer stays chosen');
  const json = (await file('json', { municipality: '217,479', language: 'da' })).json();
  const told = JSON.parse(await hjemsvar.ok('report', '--round', round, '--format', 'json', '--municipality', '217,479', '--language', 'da'));
  assert.deepEqual(json, told);
  assert.ok(json.answers > 0 && json.answers < 71, `${json.answers} answers`);
  for (const wrong of ['municipality=316', 'municipality=x']) {
    const reply = await evaluator.get(path(`?${wrong}`));
    assert.equal(reply.status, 422, wrong);
    assert.match(reply.text, /id="municipality-problem"/, wrong);
  }
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
  assert.doesNotMatch(reply.text, /<select id="municipality"/, 'there is none to choose');
  assert.equal((await one.get(path('?municipality=101'))).status, 422, 'another one is not to be had');
  assert.equal((await file('json', { municipality: '101' }, one)).status, 422);
  const coordinator = await desk.signIn('217@example.dk');
  for (const refused of [await coordinator.get(path()), await coordinator.post(path(), { format: 'json' })]) {
    assert.equal(refused.status, 403);
    assert.doesNotMatch(text(refused), /Figur 1/);
  }
});

// ---- rounds beside each other

const trend = (query = '') => path(`/rounds${query}`);

test('rounds are chosen and stand beside each other, on the page and as files', async () => {
  const alone = await evaluator.get(trend());
  assert.equal(alone.status, 200);
  assert.match(text(alone), /Du kan ikke se andre runder af samme spørgeskema/);
  const { round: later } = await hjemsvar.createRound('--municipality', '217,787');
  await importOk(hjemsvar, later, csvOf((await exampleAnswers()).filter((row) => [217, 787].includes(Number(row.municipality_code)))));
  const empty = await evaluator.get(trend());
  assert.match(empty.text, new RegExp(`<input type="checkbox" id="with-${later}" name="with" value="${later}">`));
  assert.doesNotMatch(text(empty), /Figur 1/, 'nothing is made before somebody chooses');
  const reply = await evaluator.get(trend(`?with=${later}&profile=internal`));
  assert.equal(reply.status, 200);
  assert.match(text(reply), /Det er ikke de samme kommuner i alle runder/);
  assert.match(text(reply), /N = 71 forældre/);
  assert.match(reply.text, new RegExp(`name="with" value="${later}"`));
  const sent = { with: `${later}`, profile: 'internal', in: 'da' };
  await evaluator.get(trend());
  const json = await evaluator.post(trend(), { ...sent, format: 'json' });
  assert.deepEqual(json.json(), JSON.parse(await hjemsvar.ok('report', '--rounds', `${round},${later}`, '--format', 'json')));
  for (const [format, begins] of Object.entries({ pdf: '%PDF-1.', html: '<!DOCTYPE html>', xlsx: 'PK', svg: 'PK' })) {
    const file = await evaluator.post(trend(), { ...sent, format });
    assert.equal(Buffer.from(file.bytes).subarray(0, begins.length).toString('latin1'), begins, format);
    assert.match(file.headers['content-disposition'], /attachment; filename="runder-da/);
  }
  const log = await hjemsvar.sql(`SELECT round, details->>'format', details->>'rounds' FROM audit
    WHERE action = 'answers.report' ORDER BY id DESC LIMIT 2`);
  assert.deepEqual(log, [[`${later}`, 'svg', `${round},${later}`], [`${round}`, 'svg', `${round},${later}`]]);
  for (const [query, field, message] of [
    ['?profile=internal', 'with', /Vælg mindst én anden runde/],
    ['?with=9999', 'with', /findes ikke, eller du kan ikke se den/],
    [`?with=${later}&profile=published`, 'profile', new RegExp(`ikke udgivet nogen rapport om runde ${round}`)],
    [`?with=${later}&municipality=101`, 'municipality', /er ikke med i runden/],
  ]) {
    const refused = await evaluator.get(trend(query));
    assert.ok([409, 422].includes(refused.status), query);
    assert.match(text(refused), message, query);
    assert.match(refused.text, new RegExp(`id="${field}-problem"`), query);
  }
});

test('who is confined to a municipality sees that one in every round, and a municipality nothing', async () => {
  const [[later]] = await hjemsvar.sql('SELECT max(id) FROM round');
  const one = await desk.signIn('of-787@example.dk');
  const reply = await one.get(trend(`?with=${later}&profile=internal`));
  assert.equal(reply.status, 200);
  assert.match(text(reply), /Thisted/);
  assert.doesNotMatch(text(reply), /København|Helsingør/);
  assert.doesNotMatch(reply.text, /<select id="profile"/);
  assert.equal((await one.get(trend(`?with=${later}&profile=published`))).status, 422);
  const coordinator = await desk.signIn('217@example.dk');
  assert.equal((await coordinator.get(trend())).status, 403);
  for (const [, viewport] of screens) {
    const page = await deskPage(browser, evaluator, viewport);
    await page.goto(`${desk.server.console}${trend(`?with=${later}&profile=internal`)}`);
    await look(page, 'report_rounds');
    await page.context().close();
  }
});

/** Publishes by the form, as the browser does. */
async function publish(more = {}, staff = evaluator) {
  await staff.get(path('/releases'));
  return staff.post(path('/releases'), { floor: '5', ...more });
}

const again = (number, format, language = 'da') =>
  evaluator.get(path(`/releases/${number}?format=${format}&in=${language}`));

const bytes = (reply) => Buffer.from(reply.bytes);

/** What the log knows, the newest last. */
const log = async (count) =>
  (
    await hjemsvar.sql(`SELECT action, subject, details FROM audit WHERE round = ${round} ORDER BY id DESC LIMIT ${count}`)
  ).reverse();

test('a report is published when the round is closed, and is the same each time it is fetched', async () => {
  const early = await evaluator.get(path('/releases'));
  assert.match(text(early), /når runden er lukket.*Intet endnu/);
  assert.doesNotMatch(early.text, /name="floor"/);
  assert.equal((await publish()).status, 409, 'an open round');
  await hjemsvar.ok('round', 'close', round);
  assert.match(text(await publish()), /kan stadig sende/);
  await hjemsvar.sql(`UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = ${round}`);
  for (const [field, value] of [['floor', '2'], ['floor', 'fem'], ['from', 'i dag'], ['closed_to', '2022-02-30'], ['why', 'x'.repeat(2001)]]) {
    const reply = await publish({ [field]: value });
    assert.equal(reply.status, 422, field);
    assert.match(reply.text, new RegExp(`id="${field}-problem"`), field);
  }

  const done = await publish();
  assert.equal(done.status, 303, text(done));
  const list = await evaluator.get(done.headers.location);
  assert.match(text(list), /Rapporten er udgivet\..*Udgivelse 1 .*Alle svar og forløb\. Mindst 5 bag et tal\./);
  assert.deepEqual((await log(2)).map(([action, subject]) => [action, subject]), [
    ['answers.report', ''],
    ['answers.release', 'release 1'],
  ]);

  const words = ['report', '--round', round, '--profile', 'published', '--release', '1', '--format'];
  const first = {};
  for (const format of ['json', 'html', 'pdf', 'xlsx', 'svg']) {
    const reply = await again(1, format);
    assert.equal(reply.status, 200, format);
    assert.match(reply.headers['content-disposition'], /attachment; filename="udgivet-rapport-\d+-1(-da(-svg)?\.(pdf|html|xlsx|zip)|\.json)"/);
    first[format] = bytes(reply);
  }
  assert.equal(first.json.toString(), await hjemsvar.ok(...words, 'json'));
  assert.equal(first.html.toString(), await hjemsvar.ok(...words, 'html'));
  assert.match(bytes(await again(1, 'html', 'en')).toString(), /What the parents answer/);
  const [[action, subject, details]] = await log(1);
  assert.deepEqual([action, subject], ['answers.report', 'release 1']);
  assert.deepEqual(JSON.parse(details), { format: 'html', profile: 'published' });

  const [row] = await exampleAnswers();
  await importOk(hjemsvar, round, csvOf([row]));
  for (const [format, before] of Object.entries(first)) {
    assert.ok(bytes(await again(1, format)).equals(before), `${format} after an answer more`);
  }
});

test('a report that would tell of the one who came since is refused in words, unless somebody decides otherwise', async () => {
  const refused = await publish();
  assert.equal(refused.status, 409);
  assert.match(text(refused), /Rapporten er ikke udgivet\. \d+ er nu .*, og udgivelse 1 har et andet tal\. Forskellen er 1:/);
  assert.match(refused.text, /<textarea id="why"/);
  assert.doesNotMatch(text(refused), /Udgivelse 2/);
  assert.doesNotMatch((await evaluator.get(path('/releases'))).text, /<textarea/);

  const done = await publish({ why: 'Et svar kom <for> sent' });
  assert.equal(done.status, 303, text(done));
  const list = await evaluator.get(done.headers.location);
  assert.match(list.text, /Udgivet alligevel af Bo Holm: <span class="note">Et svar kom &lt;for&gt; sent/);
  const { release } = (await again(2, 'json')).json();
  assert.deepEqual([release.number, release.override_by, release.override_why], [2, 'Bo Holm', 'Et svar kom <for> sent']);
  const overridden = await hjemsvar.sql(`SELECT subject, details->>'by' FROM audit WHERE action = 'answers.override'`);
  assert.deepEqual(overridden, [['release 2', 'Bo Holm']]);
});

test('what was published is for who runs the whole round, and knows its own numbers alone', async () => {
  for (const email of ['of-787@example.dk', '217@example.dk']) {
    const other = await desk.signIn(email);
    assert.equal((await other.get(path('/releases'))).status, 403, email);
    assert.equal((await other.get(path('/releases/1?format=json'))).status, 403, email);
    assert.equal((await publish({}, other)).status, 403, email);
  }
  for (const number of ['3', '01', '0', '99999999999']) {
    assert.equal((await again(number, 'json')).status, 404, number);
  }
  assert.equal((await again(1, 'docx')).status, 422);
  assert.equal((await evaluator.get(path('/releases/1'))).status, 422);
});

test('the page can be used on a phone, and holds to its policy', async () => {
  const one = await desk.signIn('of-787@example.dk');
  const page = await deskPage(browser, one, phone);
  await page.goto(`${desk.server.console}${path()}`);
  await look(page, 'report');
  await page.context().close();
});

test('the page of what was published hinders nobody', async () => {
  const page = await deskPage(browser, evaluator, phone);
  await page.goto(`${desk.server.console}${path('/releases')}`);
  await look(page, 'publish');
  await page.getByRole('button', { name: 'Udgiv rapporten' }).click();
  await page.locator('textarea').waitFor();
  await look(page, 'publish_refused');
  await page.context().close();
});

test('publishing works on a phone without script, and the report can be opened', async () => {
  const page = await deskPage(browser, evaluator, phone, { javaScriptEnabled: false });
  await page.goto(`${desk.server.console}${path()}`);
  await page.getByRole('link', { name: 'Rapporten til offentliggørelse' }).click();
  await page.getByText('Vælg svar og forløb').click();
  await page.getByLabel('Så mange skal der mindst stå bag et tal').fill('4');
  await page.getByRole('button', { name: 'Udgiv rapporten' }).click();
  await page.getByLabel('Grund til at udgive rapporten alligevel').waitFor();
  assert.equal(await sticksOut(page), false);
  const started = page.waitForEvent('download');
  await page.locator('.box').filter({ hasText: 'Udgivelse 1' }).getByRole('button').click();
  assert.match((await started).suggestedFilename(), /^udgivet-rapport-\d+-1-da\.pdf$/);
  assert.deepEqual(page.broken, []);
  await page.context().close();
});
