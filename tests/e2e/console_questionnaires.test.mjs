// A questionnaire on the console: sent, checked, tried as a parent, stored and opened as a round,
// with nothing but a browser.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launch, phone, picture } from './lib/browser.mjs';
import { click, deskPage, desktop, look } from './lib/desk.mjs';
import { Hjemsvar, checkout } from './lib/hjemsvar.mjs';
import { Parent } from './lib/phone.mjs';
import { request, visibleText } from './lib/server.mjs';
import { Console, csrfOf, headingOf, multipart } from './lib/staff.mjs';

const fixtures = join(checkout, 'tests/fixtures');
const forms = join(fixtures, 'xlsforms');
const examples = join(checkout, 'docs/examples');
const course = JSON.parse(await readFile(join(examples, 'course.json'), 'utf8'));

let hjemsvar;
let desk;
let browser;
let own;
let colleague;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  desk = await Console.start(hjemsvar);
  await desk.account({ email: 'bo@example.dk', role: 'evaluator', name: 'Bo Holm' });
  await desk.account({ email: 'eva@example.dk', role: 'evaluator', name: 'Eva Lind' });
  own = await desk.signIn('bo@example.dk');
  colleague = await desk.signIn('eva@example.dk');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await desk?.stop();
  await hjemsvar?.drop();
});

const number = async (sql) => Number((await hjemsvar.sql(sql))[0][0]);
const drafts = () => number('SELECT count(*) FROM questionnaire_draft');

async function send(who, name, bytes) {
  await who.get('/questionnaires');
  const { body, headers } = multipart([['csrf', who.csrf], ['file', { name, bytes }]]);
  return who.send('/questionnaires', { body, headers: { Origin: who.server.console, ...headers } });
}
const sendJson = (who, name, value) => send(who, name, JSON.stringify(value, null, 2));

/** Sends what has no faults; the path of its draft. */
async function kept(who, name, value) {
  const reply = await sendJson(who, name, value);
  assert.equal(reply.status, 303, headingOf(reply) + read(reply));
  assert.match(reply.headers.location, /^\/questionnaires\/drafts\/\d+\?done=draft_kept$/);
  return reply.headers.location.split('?')[0];
}

/** What a list tells: "place | text | hint". */
function list(reply, id) {
  const part = new RegExp(`<h[23] id="${id}">[\\s\\S]*?<ol class="checks">([\\s\\S]*?)</ol>`).exec(reply.text)?.[1] ?? '';
  return [...part.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, item]) =>
    visibleText(item.replace(/<\/?span[^>]*>/g, ' | ')).replace(/\s+/g, ' ').replace(/^\W*\| | \| ?$/g, '').trim(),
  );
}

// What the eye reads of a page, in one line.
const read = ({ text }) => visibleText(text.slice(text.indexOf('<main'))).replace(/\s+/g, ' ');

const state = (reply) => /id="state">([^<]*)</.exec(reply.text)?.[1];

// The form of a page, sent as it was shown.
async function store(who, path, page) {
  const seen = /name="seen" value="([0-9a-z]+)"/.exec((page ?? (await who.get(path))).text)?.[1] ?? '';
  return who.post(`${path}/store`, { seen });
}

test('a workbook is sent, checked, tried and opened as a round, in the browser alone', async () => {
  const before = await number('SELECT count(*) FROM submission');
  const page = await deskPage(browser, own, phone);
  await page.goto(`${desk.server.console}/rounds`);
  await click(page, 'a[href="/questionnaires"]');
  await look(page, 'questionnaires');
  await page.setInputFiles('#file', join(forms, 'household_visit_refused.xlsx'));
  await click(page, 'main form button.main');
  assert.match(await page.textContent('#faults'), /household_visit_refused\.xlsx/);
  const items = await page.locator('.checks li').allTextContents();
  assert.equal(items.length, 2);
  assert.match(items[0], /^Ark survey, celle A14 \(type\)/);
  assert.doesNotMatch(items.join(), /hint|counterpart|take the row out/, 'told in Danish');
  await look(page, 'questionnaires_faults');
  assert.equal(await drafts(), 0);

  await page.setInputFiles('#file', join(forms, 'household_visit.xlsx'));
  await click(page, 'main form button.main');
  assert.match(page.url(), /\/questionnaires\/drafts\/\d+\?done=draft_kept$/);
  assert.match(await page.textContent('#translations'), /[Ff]ransk|fr/);
  assert.match(await page.textContent('#reading'), /minutter/);
  assert.match(await page.textContent('main'), /Taget anderledes fra regnearket/);
  await look(page, 'draft');
  const draft = page.url().split('?')[0];
  for (const javaScriptEnabled of [true, false]) {
    const parent = new Parent(await deskPage(browser, own, phone, { javaScriptEnabled }), { javaScriptEnabled });
    await parent.open(`${draft}/preview?lang=en`);
    const banner = async () => assert.match(await parent.read(), /Preview: nothing that you answer here is stored/);
    await parent.walk({ respondent_relation: 3, relation_other: 'Grandmother', children_count: 1, vaccinated_1: 2 }, undefined, banner);
    assert.equal((await parent.lines()).relation_other, 'Grandmother');
    if (javaScriptEnabled) await picture(parent.page, 'console_preview');
    await parent.press('send');
    await parent.thanked();
    await banner();
    assert.equal(await parent.page.locator('footer a[href], main a[href*="/S/"]').count(), 0, 'no link leads out of it');
    await click(parent.page, 'p.box a');
    assert.equal(parent.page.url(), draft);
    await parent.leave();
  }
  assert.equal(await number('SELECT count(*) FROM submission'), before, 'nothing is stored');

  await page.goto(draft);
  await click(page, '#use ~ form button.main');
  assert.match(page.url(), /\/rounds\/new\?questionnaire=household_visit&done=questionnaire_stored$/);
  assert.equal(await page.inputValue('#questionnaire'), 'household_visit');
  await page.fill('#title', 'Besøg');
  await page.check('#municipality_217');
  await page.selectOption('#first', 'en');
  await click(page, 'main form button.main');
  assert.match(page.url(), /\/rounds\/\d+\?done=round_created$/);
  const { questionnaire } = await hjemsvar.json('round', 'show', /\d+/.exec(new URL(page.url()).pathname)[0]);
  assert.equal(questionnaire.id ?? questionnaire, 'household_visit');
  await page.context().close();
  assert.equal(await drafts(), 0, 'a draft that is in use is no draft any more');
  const told = await hjemsvar.sql("SELECT action, actor_name, subject FROM audit WHERE actor LIKE 'staff%' AND action ~ '^(questionnaire|translation)' ORDER BY id");
  assert.deepEqual(told, [
    ['questionnaire.draft', 'Bo Holm', 'household_visit 3'],
    ['questionnaire.add', 'Bo Holm', 'household_visit 3'],
    ['translation.add', 'Bo Holm', 'household_visit 3 fr'],
  ]);
});

test('what check says stands in the language of the reader, with its place and how to mend it', async () => {
  const bad = structuredClone(course);
  bad.sections[0].questions[0].kid = 1;
  bad.sections[2].questions[0].only_if.is = [7];
  const reply = await sendJson(own, 'kursus.json', bad);
  assert.equal(reply.status, 422);
  const [unknown, code] = list(reply, 'faults');
  assert.match(unknown, /^Linje \d+, spørgsmål who \| "kid" kendes ikke i et spørgsmål af typen choice \| Mente du "id"\?$/);
  assert.match(code, /^Linje \d+, spørgsmål \w+ \| Spørgsmål "\w+" kan ikke besvares med 7$/);
  const english = await own.get('/questionnaires?lang=en');
  assert.match(english.text, /Send a questionnaire/);
  const cut = await send(own, 'kursus.json', '{"id": "kursus",\n "version": }');
  assert.match(list(cut, 'faults')[0], /^Linje 2 \| Filen kan ikke læses som JSON her \(tegn \d+\)/);
  assert.equal(await drafts(), 0);
});

test('a new version tells what changed since the one in use, and cannot take its place', async () => {
  const first = await kept(own, 'course.json', course);
  assert.match(state(await own.get(first)), /^Der er ikke et spørgeskema med det navn/);
  assert.equal((await store(own, first)).status, 303);
  await hjemsvar.ok('round', 'create', '--questionnaire', 'course', '--title', 'Kursus', '--municipality', '217');
  const changed = structuredClone(course);
  changed.sections[1].questions[1].max = 7;
  changed.sections[1].questions[2].hint.ours = 'Tænk på den seneste måned.';
  const stuck = await kept(own, 'course.json', changed);
  const page = await own.get(stuck);
  assert.match(state(page), /^En runde bruger udgave 1, og spørgsmålene her er andre\./);
  assert.doesNotMatch(page.text, /name="seen"/);
  assert.equal((await own.post(`${stuck}/store`, { seen: 'none' })).status, 409);
  changed.version = 2;
  const next = await kept(own, 'course.json', changed);
  const told = await own.get(next);
  assert.match(state(told), /^Her ligger udgave 1\./);
  const text = read(told);
  assert.match(text, /Ændringer fra udgave 1/);
  assert.match(text, /kan ikke stå i én tabel Spørgsmål after andre tal Før: 1-10 – nu: 1-7 /);
  assert.match(text, /kan stå sammen Spørgsmål ideas en anden hjælpetekst Før: /);
  assert.equal((await own.get(stuck)).status, 404, 'a new file takes the place of the draft');
  const translation = { questionnaire: 'course', language: 'en', name: 'English', direction: 'ltr', texts: {} };
  const lacking = await sendJson(own, 'course.en.json', translation);
  assert.equal(lacking.status, 422);
  assert.match(list(lacking, 'faults')[0], /mangler \| Originalen siger/);
  for (const fault of list(lacking, 'faults')) translation.texts[/"([\w.]+)" mangler/.exec(fault)[1]] = 'x';
  assert.equal((await sendJson(own, 'course.en.json', translation)).headers.location, `${next}?done=draft_kept`);
  const page2 = await own.get(next);
  assert.match(page2.text, /<bdi lang="en">English<\/bdi>/);
  const phonePage = await deskPage(browser, own, desktop);
  await phonePage.goto(`${desk.server.console}${next}`);
  await look(phonePage, 'draft_next');
  await phonePage.context().close();
  assert.equal((await store(own, next, page2)).status, 303);
  assert.deepEqual(
    await hjemsvar.sql("SELECT version, language, approved_at IS NULL FROM translation WHERE questionnaire = 'course'"),
    [['2', 'en', 't']],
  );
});

test('a questionnaire of known children is stored, and its round is left to a municipality', async () => {
  const personal = JSON.parse(await readFile(join(fixtures, 'questionnaires/good/personal.json'), 'utf8'));
  const path = await kept(own, 'trivsel.json', personal);
  const stored = await store(own, path);
  assert.equal(stored.headers.location, '/questionnaires?done=questionnaire_stored_personal');
  assert.match((await own.get(stored.headers.location)).text, /runden opretter kommunens egen evaluator/);
  assert.doesNotMatch((await own.get('/rounds/new?questionnaire=trivsel')).text, /value="trivsel"/);
});

test('of two who store the same version the second is shown what the first has stored', async () => {
  const visit = JSON.parse(await readFile(join(examples, 'visit.json'), 'utf8'));
  const other = structuredClone(visit);
  other.title.ours = 'Om besøget hos jer';
  const [mine, theirs] = [await kept(own, 'visit.json', visit), await kept(colleague, 'visit.json', other)];
  const [myPage, theirPage] = [await own.get(mine), await colleague.get(theirs)];
  assert.equal((await store(own, mine, myPage)).status, 303);
  const reply = await store(colleague, theirs, theirPage);
  assert.equal(reply.status, 409);
  assert.match(read(reply), /Noget er ændret, siden siden blev vist/);
  assert.match(state(reply), /^Udgave 1 ligger her allerede, men ingen runde bruger den\./);
  const title = () => hjemsvar.sql("SELECT title FROM questionnaire WHERE id = 'visit'");
  assert.deepEqual(await title(), [['Om besøget']]);
  assert.equal((await store(colleague, theirs, reply)).status, 303, 'now that it was shown');
  assert.deepEqual(await title(), [['Om besøget hos jer']]);
});

test('a draft and its preview are of nobody else, and on no other listener', async () => {
  const path = await kept(own, 'course.json', { ...course, version: 9 });
  for (const tail of ['', '/preview', '/preview?lang=da']) {
    assert.equal((await colleague.get(path + tail)).status, 404, tail);
    assert.equal((await own.get(path + tail)).status, 200, tail);
    assert.equal((await request(desk.server.respondents, path + tail)).status, 404, tail);
    assert.match((await request(desk.server.console, path + tail)).headers.location, /^\/sign-in/, tail);
  }
  const form = { action: 'send', page: 'check', submission: '0'.repeat(26), who: 1 };
  const headers = { Accept: 'application/json' };
  const post = (who) => who.send(`${path}/preview`, { form, headers });
  assert.equal((await post(own)).status, 201, 'thanked, as a parent is');
  assert.equal((await post(colleague)).status, 404);
  assert.equal((await request(desk.server.console, `${path}/preview`, { form, headers })).status, 403);
  assert.equal(await number('SELECT count(*) FROM submission'), 0);
  const csrf = csrfOf(await own.get(path));
  assert.equal((await own.post(`${path}/drop`, { csrf })).headers.location, '/questionnaires?done=draft_dropped');
  assert.equal((await own.get(path)).status, 404);
});

test('a file that is none of these is told so, and nothing is kept of it', async () => {
  const said = async (name, bytes, status, words) => {
    const reply = await send(own, name, bytes);
    assert.equal(reply.status, status, name);
    assert.match(read(reply), words, name);
  };
  await said('brev.txt', 'Kære forældre', 422, /hverken en definition eller oversættelse/);
  await said('tom.json', '', 422, /Filen er tom/);
  await said('stor.json', `{"id": "${'x'.repeat(1 << 20)}"}`, 422, /fylder over 1 MB/);
  await said('latin.json', Buffer.from('{"id": "bes\xf8g"}', 'latin1'), 422, /hverken en definition/);
  await said('skema.xlsx', 'PK\x03\x04 og så ikke mere', 422, /beskadiget, eller filen er ikke et regneark/);
  await said('bombe.xlsx', await readFile(join(forms, 'bomb.xlsx')), 422, /fylder alt for meget, når (det|den) pakkes ud/);
  await said('ark.xlsx', await readFile(join(fixtures, 'courses/bomb.xlsx')), 422, /ikke et ark "survey"/);
  await said('andet.en.json', '{"questionnaire": "intet", "texts": {}}', 422, /oversættelse af et spørgeskema, der ikke er her/);
  await said('enorm.xlsx', Buffer.alloc((16 << 20) + 1, 'PK\x03\x04'), 413, /er for stort/);
  const { body } = multipart([['csrf', own.csrf]]);
  const wrong = { body, headers: { Origin: desk.server.console, 'Content-Type': 'application/json' } };
  assert.equal((await own.send('/questionnaires', wrong)).status, 415);
  assert.equal(await drafts(), 0);
});
