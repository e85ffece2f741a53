// The evaluator's page on the quality of answers: side by side, decided on, and nobody else's.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { launch, picture } from './lib/browser.mjs';
import { click, deskPage, look, screens } from './lib/desk.mjs';
import { repeated, strangers } from './lib/families.mjs';
import { Hjemsvar } from './lib/hjemsvar.mjs';
import { Console, headingOf } from './lib/staff.mjs';
import { answer, exportObjects, importRows } from './lib/transfer.mjs';

const secret = 'En helt særlig bemærkning om aftenerne';

let hjemsvar;
let desk;
let browser;
let evaluator;
let round; // of Helsingør and København, with three answers of one mother in Helsingør

before(async () => {
  hjemsvar = await Hjemsvar.create();
  desk = await Console.start(hjemsvar);
  await desk.account({ email: 'vive@example.dk', role: 'evaluator', name: 'Bo Holm' });
  await desk.account({ email: 'of-101@example.dk', role: 'evaluator', municipality: 101 });
  await desk.account({ email: 'admin@example.dk', role: 'admin' });
  await desk.account({ email: '217@example.dk', role: 'municipality', municipality: 217 });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await desk?.stop();
  await hjemsvar?.drop();
});

beforeEach(async () => {
  ({ round } = await hjemsvar.createRound('--municipality', '217,101'));
  const home = { municipality_code: 217 };
  const rows = [
    ...strangers(34).map((row) => ({ ...row, ...home })),
    ...repeated({ ...home, q10: secret }).map((row, i) => (i === 2 ? { ...row, q9: 6 } : row)),
    ...strangers(8, 5).map((row) => ({ ...row, external_id: `k ${row.external_id}` })),
    answer({ q5_1: 1, q6_1: 1, q7: 1, q8_1: 1, q9: 1, external_id: 'turned', seconds: 5 }),
  ];
  await importRows(hjemsvar, round, rows);
  evaluator = await desk.signIn('vive@example.dk');
});

const path = () => `/rounds/${round}/duplicates`;

async function ids() {
  return Object.fromEntries(
    await hjemsvar.sql(`SELECT external_id, id FROM submission WHERE round = ${round}`),
  );
}

async function refreshed(staff = evaluator) {
  await staff.get(path());
  const reply = await staff.post(`${path()}/refresh`);
  assert.equal(reply.status, 303, headingOf(reply));
  return staff.get(path());
}

const text = (reply) =>
  reply.text
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ');

async function weights(...names) {
  const rows = await exportObjects(hjemsvar, round);
  return names.map((name) => rows.find((row) => row.external_id === name).weight);
}

test('three answers of one mother stand side by side, with what differs and why', async () => {
  const stale = await evaluator.get(path());
  assert.match(text(stale), /Mærkerne er ikke regnet ud endnu/);
  assert.doesNotMatch(stale.text, new RegExp(secret), 'nothing is shown before it is known');
  const page = await refreshed();
  const words = text(page);
  assert.match(words, /1 gruppe svar er nok fra samme person/);
  assert.match(words, /1\. Helsingør, 3 svar/);
  assert.match(words, /Svar A og svar B : sandsynlighed for samme person (over 99|9\d) %; ved et tilfælde må man vente (under )?\d+,\d+ par/);
  assert.match(words, /samme netværk; ét andet svar kom derfra/);
  assert.match(words, /sendt med \d minutters? mellemrum/);
  assert.equal(words.split(secret).length - 1, 3, 'the comment of each');
  const rows = [...page.text.matchAll(/<tr( class="differs")?><th scope="row">(Spørgsmål [^<]+)/g)];
  const differing = rows.filter(([, differs]) => differs).map(([, , label]) => label.trim());
  assert.deepEqual(differing, ['Spørgsmål 9']);
  assert.match(words, /Spørgsmål 9.{0,200} ikke ens/);
  assert.match(words, /Spørgsmål 5, Barn 2 uenig uenig uenig/);
});

test('a decision changes weights, is told with who and when, and can be taken back', async () => {
  await refreshed();
  const id = await ids();
  const [a, b, c] = ['again 0', 'again 1', 'again 2'].map((name) => id[name]);
  assert.deepEqual(await weights('again 0', 'again 1', 'again 2'), ['0.333333', '0.333333', '0.333333']);

  const decided = await evaluator.post(path(), { a, b: c, decision: 'different', note: 'To søstre <b>' });
  assert.equal(decided.status, 303);
  assert.equal(decided.headers.location, `${path()}?done=quality_decided`);
  assert.deepEqual((await weights('again 0', 'again 1', 'again 2')).sort(), ['0.5', '0.5', '1']);
  const page = await evaluator.get(decided.headers.location);
  assert.match(text(page), /Afgørelsen er gemt/);
  assert.match(text(page), /ikke samme person\. Afgjort af Bo Holm \d\d\.\d\d\.20\d\d \d\d:\d\d\./);
  assert.ok(page.text.includes('To søstre &lt;b&gt;'));

  await evaluator.post(path(), { a, b, decision: 'same_b' });
  assert.deepEqual(await weights('again 0', 'again 1'), ['0', '1']);
  assert.match(text(await evaluator.get(path())), /samme person, kun Svar [AB] tæller/);

  const shown = (await evaluator.get(path())).text.match(/name="place" value="(\d+)"/);
  assert.equal(shown?.[1], '1');
  const newer = await evaluator.post(path(), { a, b, decision: 'undo', place: '2' });
  assert.equal(newer.status, 409);
  assert.match(text(newer), /en nyere afgørelse/);
  for (const other of [b, c]) await evaluator.post(path(), { a, b: other, place: '1', decision: 'undo' });
  assert.deepEqual(await weights('again 0', 'again 1', 'again 2'), ['0.333333', '0.333333', '0.333333']);
  assert.match(text(await evaluator.get(path())), /Fortrudt \d\d\./);

  const told = await hjemsvar.sql(
    `SELECT actor_name, action, details::text FROM audit WHERE round = ${round}
     AND action IN ('duplicates.decide', 'duplicates.undo') ORDER BY id`,
  );
  assert.deepEqual(told.map(([who, action]) => `${who} ${action}`), [
    'Bo Holm duplicates.decide',
    'Bo Holm duplicates.decide',
    'Bo Holm duplicates.undo',
    'Bo Holm duplicates.undo',
  ]);
  assert.doesNotMatch(JSON.stringify(told), new RegExp(`${a}|${b}|søstre`));
  assert.deepEqual(await hjemsvar.sql(`SELECT count(*) FROM review WHERE round = ${round}`), [['2']]);
});

test('two answers that were parted stay on the page, and may be joined again', async () => {
  await hjemsvar.sql(`UPDATE submission SET withdrawn = true, answers = NULL, language = NULL, digest = NULL,
    translation = NULL, external_id = NULL WHERE round = ${round} AND external_id = 'again 2'`);
  await refreshed();
  const id = await ids();
  const [a, b] = [id['again 0'], id['again 1']];
  await evaluator.post(path(), { a, b, decision: 'different' });
  const page = text(await evaluator.get(path()));
  assert.match(page, /Ingen svar ligner hinanden så meget/);
  assert.match(page, /Svarene regnes ikke for at være fra samme person/);
  assert.ok(page.includes(secret));
  await evaluator.post(path(), { a, b, decision: 'same' });
  assert.deepEqual(await weights('again 0', 'again 1'), ['0.5', '0.5']);
});

/** Twelve more pairs, each of one person. */
async function manyPairs() {
  const rows = strangers(12, 11).flatMap((row, i) =>
    [0, 1].map((again) => ({
      ...row,
      municipality_code: 217,
      q10: `Bemærkning nummer ${i} om netop det her`,
      network: `home ${i}`,
      device: `phone ${i}`,
      submitted_at: `2026-11-0${1 + (i % 9)}T20:1${again}`,
      external_id: `pair ${i} ${again}`,
    })),
  );
  await importRows(hjemsvar, round, rows);
}

const headings = (reply) => [...reply.text.matchAll(/<h3 id="group-\d+-title">(.*?)<\/h3>/g)].map(([, words]) => words.replace(/<[^>]+>/g, ''));
const place = (reply, number) => {
  const [, section] = reply.text.split(`id="group-${number}"`);
  const hidden = (name) => section.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1];
  return Object.fromEntries(['a', 'b', 'show', 'from_group', 'at'].map((name) => [name, hidden(name)]));
};

test('a decision leads back to where it was made, and what is decided stands last', async () => {
  await manyPairs();
  await refreshed();
  const second = await evaluator.get(`${path()}?from_group=10`);
  assert.match(text(second), /Alle \(13\) Ikke set endnu \(13\) Afgjort eller set \(0\)/);
  assert.deepEqual(headings(second).map((words) => words.split('.')[0]), ['11', '12', '13']);
  const [, twelfth] = headings(second);
  const next = place(second, 12).a;

  const decided = await evaluator.post(path(), { ...place(second, 11), decision: 'undecided' });
  assert.equal(decided.headers.location, `${path()}?show=all&from_group=10&at=11&done=quality_decided#group-11`);
  const page = await evaluator.get(decided.headers.location.split('#')[0]);
  assert.match(text(page), /Alle \(13\) Ikke set endnu \(12\) Afgjort eller set \(1\)/);
  assert.equal(place(page, 11).a, next, 'the next that waits has its place');
  assert.equal(headings(page)[0].slice(3), twelfth.slice(3));
  assert.deepEqual(headings(page).map((words) => /afgjort eller set$/.test(words)), [false, false, true]);
  assert.match(page.text, /id="group-11"[^>]*>\s*<p class="box good">Afgørelsen er gemt\./);
  assert.match(page.text, new RegExp(`href="${path()}\\?show=all&amp;from_group=0#groups"`), 'a way back');

  const seen = await evaluator.get(`${path()}?show=decided`);
  assert.deepEqual(headings(seen).map((words) => /set$/.test(words)), [true]);
  assert.match(text(seen), /set, men ikke afgjort\. Afgjort af Bo Holm/);
  const beyond = await evaluator.get(`${path()}?show=open&from_group=999`);
  assert.deepEqual(headings(beyond).map((words) => words.split('.')[0]), ['11', '12'], 'the last page there is');

  for (const number of [12, 11]) {
    const open = await evaluator.get(`${path()}?show=open&from_group=10`);
    const done = await evaluator.post(path(), { ...place(open, number), decision: 'same' });
    const back = await evaluator.get(done.headers.location.split('#')[0]);
    assert.match(back.text, new RegExp(`<p class="box good" id="group-${number}">Afgørelsen er gemt`), 'none has that number now');
  }
});

test('three answers are decided once decisions tie them all together', async () => {
  await refreshed();
  const id = await ids();
  const [a, b, c] = ['again 0', 'again 1', 'again 2'].map((name) => id[name]);
  await evaluator.post(path(), { a, b, decision: 'same' });
  assert.match(headings(await evaluator.get(path()))[0], /3 svar ikke set endnu$/);
  await evaluator.post(path(), { a: b, b: c, decision: 'same' });
  assert.match(headings(await evaluator.get(path()))[0], /3 svar afgjort eller set$/);
  await evaluator.post(path(), { a, b, place: '1', decision: 'undo' });
  assert.match(headings(await evaluator.get(path()))[0], /3 svar ikke set endnu$/);
});

test('whoever looks at single answers is in the log, and nobody of the municipality reads it', async () => {
  const seen = () =>
    hjemsvar.sql(`SELECT actor_name, coalesce(municipality::text, '-'), details::text FROM audit
      WHERE round = ${round} AND action = 'duplicates.view' ORDER BY id`);
  await evaluator.get(path());
  assert.deepEqual(await seen(), [], 'there was none to look at');
  await refreshed();
  assert.deepEqual(await seen(), [['Bo Holm', '-', '{"municipalities": [217]}']]);
  const id = await ids();
  await evaluator.post(path(), { a: id['again 0'], b: id['again 1'], decision: 'delete' });
  assert.equal((await seen()).length, 2, 'also with a form that is refused');
  const log = await evaluator.get('/audit');
  assert.match(text(log), /Så på enkelte svar fra Helsingør, der ligner hinanden/);
  assert.doesNotMatch(JSON.stringify(await seen()), new RegExp(id['again 0']));
  const own = await desk.signIn('217@example.dk');
  assert.doesNotMatch(text(await own.get('/audit')), /enkelte svar/);
  const confined = await desk.signIn('of-101@example.dk');
  await confined.get(path());
  assert.equal((await seen()).length, 2, 'nothing of København looks alike');
});

test('what cannot be decided is said, with the page as it is', async () => {
  await refreshed();
  const id = await ids();
  const [a, b] = [id['again 0'], id['again 1']];
  const cases = [
    [{ a, b }, 422, /Vælg, hvem der har svaret/],
    [{ a, b, decision: 'delete' }, 422, /Vælg, hvem der har svaret/],
    [{ a, b: a, decision: 'same' }, 422, /Vælg to forskellige svar/],
    [{ a, b, decision: 'same', note: 'æ'.repeat(1001) }, 422, /højst have 1.000 tegn/],
    [{ a, b, decision: 'undo' }, 409, /ikke noget at fortryde/],
    [{ a, b: '00000000-0000-4000-8000-000000000000', decision: 'same' }, 409, /trukket tilbage/],
    [{ a, b: Object.entries(id).find(([name]) => name.startsWith('k '))[1], decision: 'same' }, 422, /fra hver sin kommune/],
    [{ a: 'x', b, decision: 'same' }, 422, /Svaret er trukket tilbage/],
  ];
  for (const [fields, status, message] of cases) {
    const reply = await evaluator.post(path(), fields);
    assert.equal(reply.status, status, JSON.stringify(fields));
    assert.match(text(reply), message);
    assert.equal(headingOf(reply), 'Svarenes kvalitet');
    assert.match(reply.text, /role="alert"/);
  }
  assert.deepEqual(await hjemsvar.sql(`SELECT count(*) FROM review WHERE round = ${round}`), [['0']]);
  const form = place(await evaluator.get(path()), 1);
  const again = await evaluator.post(path(), { ...form, a, b, note: 'Skrevet <forgæves>' });
  assert.equal(again.status, 422);
  assert.match(again.text, /<a href="#group-1">Vælg, hvem der har svaret/);
  assert.match(again.text, /<details open>.{0,4000}>Skrevet &lt;forgæves&gt;<\/textarea>/s, 'the note is not lost');
});

test('other signs, the three means and coverage are on the page', async () => {
  await hjemsvar.sql(`INSERT INTO course (round, municipality, course_id, closed_on, outcome)
    SELECT ${round}, 217, 'h' || n, date '2026-11-01' + n, CASE WHEN n < 3 THEN 'interrupted' END FROM generate_series(1, 22) n`);
  await hjemsvar.sql(`INSERT INTO course (round, municipality, course_id, closed_on)
    SELECT ${round}, 101, 'k' || n, '2026-11-01' FROM generate_series(1, 3) n`);
  const page = text(await refreshed());
  assert.match(page, /skala læst omvendt, meget hurtigt svaret/);
  assert.match(page, /gentaget .{0,80} 3 /);
  const rows = await exportObjects(hjemsvar, round);
  const mean = (list) => (list.reduce((sum, row) => sum + Number(row.q9), 0) / list.length).toFixed(2).replace('.', ',');
  const plain = rows.filter((row) => !['duplicate', 'scale', 'speed', 'straightline', 'empty', 'burst'].some((flag) => Number(row[`flag_${flag}`])));
  assert.ok(page.includes(`Spørgsmål 9: gennemsnit forældre ${mean(rows)} N = ${rows.length} ${mean(plain)} N = ${plain.length}`), page);
  const turned = rows.map((row) => (row.flag_scale === '1' ? { q9: 10 } : row));
  assert.ok(page.includes(`gennemsnit, omvendte vendt forældre ${mean(turned)} N = ${rows.length}`));
  assert.match(page, /Spørgsmål 5: meget enig, enig børn \d+ % N = \d+/);

  // 37 answers of 20 closed courses and 2 interrupted; 9 of 3.
  const row = (answers, closed, interrupted) =>
    `Svar ${answers} Afsluttede forløb ${closed} Afbrudte forløb ${interrupted} Det svarer til`;
  assert.ok(page.includes(`Helsingør Advarsel: flere svar end lukkede forløb ${row(37, 20, 2)} mellem 95 og 100 %`));
  assert.ok(page.includes(`København Alarm: over to svar for hvert forløb ${row(9, 3, 0)} vides ikke`));
  assert.match(page, /Alarm: over to svar for hvert forløb\. Nogen har svaret flere gange/);
  const period = await evaluator.get(`${path()}?from=2026-11-01&to=2026-11-10`);
  assert.match(text(period), /Svar modtaget og forløb lukket fra 01\.11\.2026 til 10\.11\.2026/);
  assert.match(text(period), /Helsingør .{0,300} Afsluttede forløb 7 Afbrudte forløb 2 /);
  for (const [query, field, message] of [
    ['from=2026-02-30', 'from', /Skriv en dag, der findes/],
    [`from=2026-11-01&to=${encodeURIComponent('i går')}`, 'to', /Skriv en dag, der findes/],
    ["from=2026-11-01'", 'from', /Skriv en dag, der findes/],
    ['from=2026-11-10&to=2026-11-01', 'to', /Perioden slutter, før den begynder/],
  ]) {
    const wrong = await evaluator.get(`${path()}?${query}`);
    assert.equal(wrong.status, 422, query);
    assert.match(text(wrong), message);
    assert.match(wrong.text, new RegExp(`id="${field}" name="${field}" value="[^"]+" aria-invalid`));
    assert.match(text(wrong), /Hele runden: alle svar/, 'the table is of what it says');
  }
  assert.equal((await evaluator.get(`${path()}?from=%ff&to=%ff`)).status, 400, 'what is no text is refused');
  assert.match(text(await evaluator.get(`${path()}?from=2026-11-10&to=2026-11-10`)), /fra 10\.11\.2026 til 10\.11\.2026/);
});

test('an evaluator of one municipality sees that one, and does not compute the round', async () => {
  await refreshed();
  const confined = await desk.signIn('of-101@example.dk');
  const page = await confined.get(path());
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.text, new RegExp(`${secret}|Helsingør`));
  assert.match(text(page), /Spørgsmål 9: gennemsnit forældre \d,\d\d N = 9 /);
  assert.match(text(page), /Regnet ud \d\d\.\d\d\.20\d\d \d\d:\d\d\. /);
  assert.doesNotMatch(text(page), /\b46\b/, 'not how many have answered elsewhere');
  assert.equal((await confined.post(`${path()}/refresh`)).status, 403);
  const id = await ids();
  const foreign = await confined.post(path(), { a: id['again 0'], b: id['again 1'], decision: 'same' });
  assert.equal(foreign.status, 409);
  assert.deepEqual(await hjemsvar.sql(`SELECT count(*) FROM review WHERE round = ${round}`), [['0']]);
});

test('a municipality is refused, and no page of its own shows an answer or a flag', async () => {
  await refreshed();
  const id = await ids();
  const own = await desk.signIn('217@example.dk');
  await own.get('/audit');
  for (const reply of [
    await own.get(path()),
    await own.post(path(), { a: id['again 0'], b: id['again 1'], decision: 'same' }),
    await own.post(`${path()}/refresh`),
  ]) {
    assert.equal(reply.status, 403);
    assert.equal(headingOf(reply), 'Det må du ikke');
    assert.doesNotMatch(reply.text, new RegExp(secret));
  }
  await evaluator.post(path(), { a: id['again 0'], b: id['again 1'], decision: 'same' });
  for (const page of ['/', `/rounds/${round}/municipalities/217`, '/audit']) {
    const reply = await own.get(page);
    assert.equal(reply.status, 200);
    assert.doesNotMatch(reply.text, new RegExp(`${secret}|/duplicates"|duplicates\\.decide|${id['again 0']}`));
  }
});

test('a finalised round shows what is left', async () => {
  await refreshed();
  await hjemsvar.ok('round', 'close', round);
  await hjemsvar.ok('round', 'finalise', round, '--yes');
  const page = await evaluator.get(path());
  assert.equal(page.status, 200);
  assert.match(text(page), /gjort op\. Grupper og afgørelser er slettet/);
  assert.doesNotMatch(page.text, new RegExp(secret));
  assert.match(text(page), /gentaget .{0,80} 0 af 9 /, 'the only group of Helsingør is not told');
  assert.match(text(page), /mange på få minutter .{0,80} vides ikke /);
  assert.match(text(page), /Tallene er slettet, da runden blev afsluttet/);
  assert.doesNotMatch(text(page), /Spørgsmål 9: gennemsnit/);
});

test('the page is in English, too', async () => {
  await refreshed();
  const page = text(await evaluator.get(`${path()}?lang=en`));
  assert.match(page, /1 group of answers is probably of one person/);
  assert.match(page, /same network; 1 other answer came from it/);
  assert.match(page, /Question 9: mean parents \d\.\d\d N = 46/);
});

for (const [where, viewport] of screens) {
  test(`the page in a browser without script (${where})`, async () => {
    const page = await deskPage(browser, evaluator, viewport, { javaScriptEnabled: false });
    await page.goto(`${desk.server.console}/`);
    await click(page, `a[href="/rounds/${round}"]`);
    await click(page, `a[href="${path()}"]`);
    await look(page, 'duplicates_stale');
    await click(page, 'main form button');
    await look(page, 'duplicates');
    await page.click('summary');
    const radios = await page.$$eval('.check input', (inputs) => inputs.map((input) => input.getBoundingClientRect().width));
    assert.equal(new Set(radios).size, 1, `as wide beside a long label: ${radios}`);
    const [bounds] = await page.$$eval('#coverage tbody td:last-child', (cells) => cells.map((cell) => cell.getBoundingClientRect().right));
    assert.ok(bounds <= viewport.width, 'coverage is in view');
    await picture(page, `console_duplicates_open_${viewport.width}`);
    await page.check('input[value=different]');
    await page.fill('textarea', 'Far og mor har skrevet hver sit');
    await picture(page, `console_duplicates_form_${viewport.width}`);
    await click(page, 'button.main');
    assert.match(await page.textContent('[role=status]'), /Afgørelsen er gemt/);
    const told = await page.$eval('#group-1 > .box.good', (box) => box.getBoundingClientRect().top);
    assert.ok(told >= 0 && told < viewport.height, `it is said where the reader is: ${told}`);
    await look(page, 'duplicates_decided');
    await click(page, 'button[value=undo]');
    await page.click('summary');
    await click(page, 'button.main');
    await look(page, 'duplicates_problem');
    await page.context().close();
  });
}
