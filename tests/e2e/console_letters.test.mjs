// Letters printed from the console: in a real browser, read back by a QR reader, opened by a
// parent, and noted.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launch, phone } from './lib/browser.mjs';
import { deskPage, desktop, look, screens } from './lib/desk.mjs';
import { Hjemsvar, run } from './lib/hjemsvar.mjs';
import { hold, locks } from './lib/hold.mjs';
import { eventually, request, sendJson, spread } from './lib/server.mjs';
import { Console, headingOf } from './lib/staff.mjs';

const OPEN = '/rounds/1/municipalities/217';
const SINGLE = '/rounds/2/municipalities/217';

let hjemsvar;
let desk;
let browser;
let code; // of the open link
const people = {};

before(async () => {
  hjemsvar = await Hjemsvar.create();
  const made = await hjemsvar.createRound('--languages', 'da,en,ar,uk', '--allow-drafts');
  code = made.links.find((link) => link.municipality === 217).code;
  await hjemsvar.createRound('--codes', 'single');
  await hjemsvar.ok('municipality', 'set', '217', '--contact', 'Anne Holm', '--phone', '49 28 28 28');
  desk = await Console.start(hjemsvar);
  people.helsingør = await desk.account({ email: 'h@example.dk', role: 'municipality', municipality: 217 });
  people.københavn = await desk.account({ email: 'k@example.dk', role: 'municipality', municipality: 101 });
  await desk.account({ email: 'e@example.dk', role: 'evaluator' });
  await desk.account({ email: 'e217@example.dk', role: 'evaluator', municipality: 217 });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await desk?.stop(); // looks through the log for every code that was kept
  await hjemsvar?.drop();
});

// ---- a browser

async function newPage(t, email, viewport = desktop) {
  const page = await deskPage(browser, await desk.signIn(email), viewport);
  t.after(() => page.context().close());
  return page;
}

const go = (page, path) => page.goto(`${desk.server.console}${path}`);
const press = (page, name) => page.getByRole('button', { name }).click();

/** What the browser keeps when a button is pressed: {name, path}. */
async function download(page, button) {
  const [file] = await Promise.all([page.waitForEvent('download'), press(page, button)]);
  const path = join(hjemsvar.folder, file.suggestedFilename());
  await file.saveAs(path);
  return { name: file.suggestedFilename(), path };
}

// ---- paper

/** The codes that a QR reader finds on the pages of a PDF. */
async function codesOf(pdf) {
  const folder = await mkdtemp(join(hjemsvar.folder, 'pages-'));
  const done = await run('pdftoppm', ['-r', 150, '-gray', pdf, join(folder, 'page')]);
  assert.equal(done.code, 0, done.stderr);
  const found = await run('sh', ['-c', `zbarimg -q --raw -Sdisable -Sqrcode.enable "${folder}"/page*`]);
  await rm(folder, { recursive: true });
  const codes = found.stdout.trim().split('\n').map((link) => link.replace('HTTPS://SVAR.EXAMPLE/S/', ''));
  desk.server.keep(...codes);
  return codes;
}

async function textOf(pdf) {
  const done = await run('pdftotext', [pdf, '-']);
  assert.equal(done.code, 0, done.stderr);
  return done.stdout.replace(/\s+/g, ' ');
}

async function keep(reply) {
  assert.equal(reply.headers['content-type'], 'application/pdf', headingOf(reply));
  const path = join(hjemsvar.folder, 'reply.pdf');
  await writeFile(path, reply.bytes);
  return path;
}

const open = (one) => request(desk.server.respondents, `/S/${one}`);

// ---- what is noted

const count = async (query) => Number((await hjemsvar.sql(`SELECT count(*) FROM ${query}`))[0][0]);
const noted = () =>
  hjemsvar.sql(`SELECT actor_name, action, subject, round, municipality, details FROM audit
    WHERE action LIKE 'letters.%' ORDER BY id DESC LIMIT 1`);
const printed = async (round) =>
  Number((await hjemsvar.sql(`SELECT coalesce(sum(letters), 0) FROM letter_print WHERE round = ${round}`))[0][0]);
const notes = () => count("audit WHERE action = 'letters.print'");

// ---- the open link

for (const [where, viewport] of screens) {
  test(`a municipality prints its letter (${where})`, async (t) => {
    const page = await newPage(t, 'h@example.dk', viewport);
    const before = await printed(1);
    await go(page, `${OPEN}/letters`);
    await look(page, 'letters');
    const { name, path } = await download(page, 'Hent brevet som PDF');
    assert.equal(name, 'brev-217.pdf');
    assert.deepEqual(await codesOf(path), [code]);
    const questionnaire = await open(code);
    assert.equal(questionnaire.status, 200);
    assert.match(questionnaire.text, /Helsingør/);
    assert.equal(await printed(1), before + 1);
    const rows = await hjemsvar.sql('SELECT staff FROM letter_print ORDER BY id DESC LIMIT 1');
    assert.deepEqual(rows, [[String(people.helsingør)]]);
    const [[who, action, , round, municipality, details]] = await noted();
    assert.deepEqual(
      [who, action, round, municipality, JSON.parse(details)],
      ['h@example.dk', 'letters.print', '1', '217', { what: 'pdf', language: 'da' }],
    );
    await go(page, `${OPEN}/letters`);
    assert.match(await page.textContent('main'), new RegExp(`${before + 1} breve? er lavet til print`));
  });
}

test('the letter is written in the language that is chosen', async (t) => {
  const page = await newPage(t, 'h@example.dk');
  await go(page, `${OPEN}/letters`);
  await page.selectOption('#language', 'uk');
  const { name, path } = await download(page, 'Hent brevet som PDF');
  assert.equal(name, 'brev-217-uk.pdf');
  assert.match(await textOf(path), /Шановні/);
  assert.deepEqual(await codesOf(path), [code]);
});

test('the letter as a page and as a text to copy', async (t) => {
  const page = await newPage(t, 'h@example.dk');
  await go(page, `${OPEN}/letters`);
  await Promise.all([page.waitForNavigation(), press(page, 'Vis brevet som webside')]);
  assert.equal(await page.textContent('h1'), 'Hvad har hjemmepædagogen betydet for jer?');
  assert.equal(await page.locator('a.link').getAttribute('href'), `https://svar.example/S/${code}`);
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.querySelector('.how')).display), 'block');
  await look(page, 'letter_page');
  await go(page, `${OPEN}/letters`);
  await Promise.all([page.waitForNavigation(), press(page, /^Tekst til Digital Post/)]);
  await look(page, 'letter_text');
  const text = await page.inputValue('textarea');
  for (const part of [`https://svar.example/S/${code}`, 'Kommunen kan ikke se jeres svar.', 'Anne Holm'])
    assert.ok(text.includes(part), part);
});

test('every file has its type and name, is not kept, and is noted as what it is', async () => {
  const staff = await desk.signIn('h@example.dk');
  const files = [
    ['letters.pdf', 'application/pdf', 'brev-217.pdf', 1, 'pdf'],
    ['letters.pdf?language=ar', 'application/pdf', 'brev-217-ar.pdf', 1, 'pdf'],
    ['letters/page', 'text/html; charset=utf-8', null, 1, 'page'],
    ['letters/text', 'text/html; charset=utf-8', null, 0, 'text'],
    ['letters/text?file=1', 'text/plain; charset=utf-8', 'brev-217.txt', 0, 'text'],
    ['poster.pdf?size=a4', 'application/pdf', 'plakat-217-a4.pdf', 0, 'poster a4'],
    ['poster.pdf?size=a5', 'application/pdf', 'plakat-217-a5.pdf', 0, 'poster a5'],
    ['letters/test.pdf', 'application/pdf', 'proeveudskrift-217.pdf', 0, null],
  ];
  for (const [path, type, name, letters, what] of files) {
    const before = [await printed(1), await notes()];
    const reply = await staff.get(`${OPEN}/${path}`);
    assert.equal(reply.status, 200, `${path}: ${headingOf(reply)}`);
    assert.equal(reply.headers['content-type'], type, path);
    assert.equal(reply.headers['cache-control'], 'no-store', path);
    const disposition = reply.headers['content-disposition'];
    if (name === null) assert.equal(disposition, undefined, path);
    else assert.ok(disposition.startsWith(`attachment; filename="${name}"`), disposition);
    assert.deepEqual([await printed(1), await notes()], [before[0] + letters, before[1] + (what ? 1 : 0)], path);
    if (what) assert.equal(JSON.parse((await noted())[0][5]).what, what);
  }
  const maps = await readFile(`/proc/${desk.server.child.pid}/maps`, 'utf8');
  assert.doesNotMatch(maps, /lib(rsvg|cairo|pango|freetype)/, 'what reads fonts and pictures is no part of the server');
});

test('a language or a paper that there is none of is not found, and nothing is noted', async () => {
  const staff = await desk.signIn('h@example.dk');
  const before = [await printed(1), await notes()];
  for (const path of ['letters.pdf?language=xx', 'letters/page?language=DA', 'letters/text?language=xx', 'poster.pdf?language=xx', 'poster.pdf?size=a3', 'poster.pdf?size='])
    assert.equal((await staff.get(`${OPEN}/${path}`)).status, 404, path);
  assert.deepEqual([await printed(1), await notes()], before);
});

test('a poster is of the paper that was asked for, and its code can be read', async () => {
  const staff = await desk.signIn('h@example.dk');
  for (const [size, points] of [['a4', /595\.\d+ x 841\.\d+ pts/], ['a5', /419\.\d+ x 595\.\d+ pts/]]) {
    const pdf = await keep(await staff.get(`${OPEN}/poster.pdf?size=${size}`));
    assert.match((await run('pdfinfo', [pdf])).stdout, points);
    assert.deepEqual(await codesOf(pdf), [code]);
  }
});

test('a HEAD, and a link on another site, print and note nothing', async () => {
  const staff = await desk.signIn('h@example.dk');
  const before = [await printed(1), await notes()];
  const head = await staff.get(`${OPEN}/letters.pdf`, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.headers['content-type'], 'application/pdf');
  const led = await staff.get(`${OPEN}/letters.pdf`, { headers: { 'Sec-Fetch-Site': 'cross-site' } });
  assert.equal(led.status, 303);
  assert.equal(led.headers.location, `${OPEN}/letters`);
  assert.deepEqual([await printed(1), await notes()], before);
});

test('what is missing is said on the page, with the way to the settings, and nothing is printed', async (t) => {
  const page = await newPage(t, 'k@example.dk');
  await go(page, '/rounds/1/municipalities/101/letters');
  await look(page, 'letters_missing');
  assert.match(await page.textContent('.box.bad'), /Kontaktperson og telefon mangler/);
  const settings = '/rounds/1/municipalities/101/settings';
  assert.equal(await page.getAttribute('.box.bad a', 'href'), settings);
  assert.equal(await page.getByRole('button', { name: /PDF/ }).count(), 0);
  const before = await notes();
  await go(page, '/rounds/1/municipalities/101/letters.pdf');
  assert.equal(page.served.status(), 409);
  await look(page, 'letters_refused');
  assert.equal(await page.getAttribute('main a', 'href'), settings);
  await hjemsvar.ok('municipality', 'set', '101', '--contact', 'Bo Lind');
  await go(page, '/rounds/1/municipalities/101/letters');
  assert.match(await page.textContent('.box.bad'), /^\s*Telefon mangler/);
  await hjemsvar.ok('municipality', 'set', '101', '--contact', '');
  assert.equal(await notes(), before);
});

test('another municipality gets none of it', async () => {
  const staff = await desk.signIn('k@example.dk');
  await staff.get('/account');
  const before = [await printed(1), await printed(2), await notes(), await count('letter_batch')];
  for (const path of ['letters', 'letters.pdf', 'letters/page', 'letters/text', 'letters/test.pdf', 'poster.pdf', 'letters/reprint?batch=1'])
    for (const base of [OPEN, SINGLE])
      assert.equal((await staff.get(`${base}/${path}`)).status, 404, path);
  for (const base of [OPEN, SINGLE])
    assert.equal((await staff.post(`${base}/letters.pdf`, { letters: 2, name: 'x' })).status, 404);
  const now = [await printed(1), await printed(2), await notes(), await count('letter_batch')];
  assert.deepEqual(now, before);
});

test('the page is in English, too', async (t) => {
  const page = await newPage(t, 'h@example.dk');
  const { hostname } = new URL(desk.server.console);
  await page.context().addCookies([
    { name: '__Host-hjemsvar-language', value: 'en', domain: hostname, path: '/', secure: true },
  ]);
  for (const base of [OPEN, SINGLE]) {
    await go(page, `${base}/letters`);
    await look(page, `letters_english_${base[8]}`);
    assert.equal(await page.textContent('h1'), 'Letters');
  }
});

// ---- the text's approval

test('the letter says that it is a draft until the evaluator has approved what was read', async (t) => {
  const staff = await desk.signIn('h@example.dk');
  const draft = await staff.get(`${OPEN}/letters`);
  assert.match(draft.text, /UDKAST: /);
  assert.doesNotMatch(draft.text, /letters\/approval/);
  assert.match(await textOf(await keep(await staff.get(`${OPEN}/letters.pdf`))), /UDKAST: /);
  assert.equal((await staff.post(`${OPEN}/letters/approval`, { language: 'da' })).status, 403);

  const evaluator = await desk.signIn('e@example.dk');
  const hash = /name="hash" value="([0-9a-f]{64})"/.exec((await evaluator.get(`${OPEN}/letters`)).text)[1];
  const other = await evaluator.post(`${OPEN}/letters/approval`, { language: 'da', hash: hash.replace(/^./, 'x') });
  assert.equal(other.status, 409);
  assert.match(other.text, /Teksten er ændret, siden du åbnede siden/);
  assert.equal((await evaluator.post(`${OPEN}/letters/approval`, { language: 'xx', hash })).status, 422);
  const confined = await desk.signIn('e217@example.dk');
  assert.doesNotMatch((await confined.get(`${OPEN}/letters`)).text, /letters\/approval/);
  assert.equal((await confined.post(`${OPEN}/letters/approval`, { language: 'da', hash })).status, 403);
  assert.equal(await count('letter_approval'), 0);

  for (const viewport of [phone, desktop]) {
    const page = await newPage(t, 'e@example.dk', viewport);
    await go(page, `${OPEN}/letters`);
    await page.getByText('Læs teksten: Dansk').click();
    assert.match(await page.textContent('pre[lang=da]'), /Kære forældre/);
    await look(page, 'letters_approval');
    if (viewport === phone) continue;
    await Promise.all([page.waitForNavigation(), press(page, 'Godkend: Dansk')]);
    assert.match(await page.textContent('[role=status]'), /Teksten er godkendt/);
    await look(page, 'letters_approved');
  }
  const [[who, action, subject]] = await noted();
  assert.deepEqual([who, action, subject], ['e@example.dk', 'letters.approve', 'da']);
  const final = await staff.get(`${OPEN}/letters`);
  assert.doesNotMatch(final.text, /UDKAST: /);
  assert.doesNotMatch(await textOf(await keep(await staff.get(`${OPEN}/letters.pdf`))), /UDKAST: /);
});

// ---- codes of their own

test('a municipality prints letters with codes, and each opens the questionnaire', async (t) => {
  const page = await newPage(t, 'h@example.dk');
  await go(page, `${SINGLE}/letters`);
  await look(page, 'letters_single');
  await page.fill('#letters', '0');
  await page.fill('#name', 'Uge 47');
  await Promise.all([page.waitForNavigation(), press(page, 'Hent breve som PDF')]);
  assert.equal(page.served.status(), 422);
  await look(page, 'letters_single_problem');
  assert.match(await page.textContent('#letters-problem'), /fra 1 til 500/);
  assert.equal(await page.inputValue('#name'), 'Uge 47');
  await page.fill('#letters', '3');
  const { name, path } = await download(page, 'Hent breve som PDF');
  const [[batch]] = await hjemsvar.sql("SELECT id FROM letter_batch WHERE name = 'Uge 47'");
  assert.equal(name, `breve-217-${batch}.pdf`);
  const codes = await codesOf(path);
  assert.equal(new Set(codes).size, 3);
  for (const one of codes) {
    const reply = await open(one);
    assert.equal(reply.status, 200);
    assert.match(reply.text, /Helsingør/);
  }
  assert.equal(await printed(2), 3);
  const [[, action, subject, , , details]] = await noted();
  const made = await hjemsvar.sql("SELECT subject, details FROM audit WHERE action = 'codes.make' ORDER BY id DESC LIMIT 1");
  assert.deepEqual(made.map(([of, more]) => [of, JSON.parse(more)]), [[`batch ${batch}`, { letters: 3, uses: 2 }]]);
  assert.deepEqual([action, subject, JSON.parse(details)], [
    'letters.print',
    `batch ${batch}`,
    { what: 'codes', letters: 3, language: 'da' },
  ]);
  for (const one of codes)
    assert.equal(await count(`audit WHERE details::text ILIKE '%${one}%' OR subject ILIKE '%${one}%'`), 0);
  for (const viewport of [desktop, phone]) {
    await page.setViewportSize(viewport);
    await go(page, `${SINGLE}/letters`);
    await look(page, 'letters_batches');
  }
  const row = await page.textContent('tbody tr');
  assert.match(row.replace(/\s+/g, ' '), /^ ?\d+ Uge 47 3 \d\d\.\d\d\.\d{4} under 5 Print om/);
});

test('printing more cancels nothing, and a form that is sent twice makes one batch', async () => {
  const staff = await desk.signIn('h@example.dk');
  await staff.get(`${SINGLE}/letters`);
  const [first] = await codesOf(await keep(await staff.post(`${SINGLE}/letters.pdf`, { letters: 1, name: 'Et' })));
  const again = await staff.post(`${SINGLE}/letters.pdf`, { letters: 1, name: 'Et' });
  assert.equal(again.status, 409);
  assert.match(again.text, /Der er allerede et bundt med det navn/);
  assert.match(again.text, /name="name" value="Et"/);
  const replies = await Promise.all(
    [1, 2].map(() => staff.post(`${SINGLE}/letters.pdf`, { letters: 1, name: 'På én gang' })),
  );
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409]);
  assert.equal(await count("letter_batch WHERE name = 'På én gang'"), 1);
  const unnamed = await staff.post(`${SINGLE}/letters.pdf`, { letters: 1 });
  assert.equal(unnamed.status, 200, headingOf(unnamed));
  assert.equal((await open(first)).status, 200);
});

test('a number that cannot be printed and a name that cannot be kept are told with what was typed', async () => {
  const staff = await desk.signIn('h@example.dk');
  await staff.get(`${SINGLE}/letters`);
  const before = await count('letter_batch');
  for (const letters of ['', '0', '-1', '501', '100000', '12x', '99999999999999999999']) {
    const reply = await staff.post(`${SINGLE}/letters.pdf`, { letters, name: 'Bundt' });
    assert.equal(reply.status, 422, letters);
    assert.match(reply.text, /Skriv et helt antal breve fra 1 til 500/);
    assert.ok(reply.text.includes(`name="letters" class="short" value="${letters}"`), letters);
  }
  const long = await staff.post(`${SINGLE}/letters.pdf`, { letters: 2, name: 'å'.repeat(61) });
  assert.equal(long.status, 422);
  assert.match(long.text, /højst 60 tegn/);
  assert.equal(await count('letter_batch'), before);
});

test('a batch is printed anew after asking: unused codes stop, used ones live', async (t) => {
  const page = await newPage(t, 'h@example.dk');
  const staff = await desk.signIn('h@example.dk');
  await staff.get(`${SINGLE}/letters`);
  const [used, unused] = await codesOf(
    await keep(await staff.post(`${SINGLE}/letters.pdf`, { letters: 2, name: 'Væk' })),
  );
  assert.equal((await sendJson(desk.server, used, { q3: 1 })).status, 201);
  await go(page, `${SINGLE}/letters`);
  await Promise.all([
    page.waitForNavigation(),
    page.getByRole('link', { name: 'Print om: Væk' }).click(),
  ]);
  const asked = page.url().slice(desk.server.console.length);
  for (const viewport of [phone, desktop]) {
    await page.setViewportSize(viewport);
    await look(page, 'reprint');
  }
  assert.equal(await page.textContent('h1'), 'Print bundtet Væk om?');
  assert.match(await page.textContent('.box'), /der ikke er brugt, holder op med at virke/);
  assert.equal((await open(unused)).status, 200, 'asking cancels nothing');
  assert.equal(await page.inputValue('#letters'), '2');
  const button = 'Annuller de ubrugte koder, og hent nye breve';
  await page.fill('#letters', '2000');
  await Promise.all([page.waitForNavigation(), press(page, button)]);
  assert.equal(page.served.status(), 422);
  await look(page, 'reprint_problem');
  assert.equal(await page.inputValue('#letters'), '2000');
  assert.equal((await open(unused)).status, 200, 'a refusal cancels nothing');
  await page.fill('#letters', '2');
  const { path } = await download(page, button);
  const codes = await codesOf(path);
  assert.equal(codes.length, 2);
  for (const one of codes) assert.equal((await open(one)).status, 200);
  const gone = await open(unused);
  assert.equal(gone.status, 410);
  assert.match(gone.text, /Koden gælder ikke længere/);
  assert.match(gone.text, /Spørg den, der gav dig brevet, om et nyt/);
  assert.equal((await open(used)).status, 200);
  const batch = Number(/batch=(\d+)/.exec(asked)[1]);
  assert.equal(JSON.parse((await noted())[0][5]).reprints, batch);
  const told = await hjemsvar.sql("SELECT actor_name, action, subject FROM audit ORDER BY id DESC LIMIT 3");
  const [[fresh]] = await hjemsvar.sql('SELECT max(id) FROM letter_batch');
  assert.deepEqual(told, [
    ['h@example.dk', 'codes.make', `batch ${fresh}`],
    ['h@example.dk', 'codes.cancel', `batch ${batch}`],
    ['h@example.dk', 'letters.print', `batch ${fresh}`],
  ]);
  const events = await staff.get('/audit?kind=letters');
  assert.ok(events.text.includes(`Printede bundt ${batch} om som bundt ${fresh}, og annullerede de ubrugte koder i bundt ${batch}. Breve: 2`), 'a decision is said');

  const again = await staff.post(`${SINGLE}/letters.pdf`, { letters: 2, name: 'Væk', batch });
  assert.equal(again.status, 409);
  assert.match(again.text, /allerede printet om/);
  for (const one of codes) assert.equal((await open(one)).status, 200);
  await go(page, asked);
  assert.equal(page.served.status(), 409);
  await look(page, 'reprinted');
  await go(page, `${SINGLE}/letters`);
  assert.match(await page.textContent('table'), /annulleret/);
  assert.equal((await staff.get(`${SINGLE}/letters/reprint?batch=999999`)).status, 404);
  const made = await count('letter_batch');
  for (const odd of ['x', `${batch}x`, `0${batch}`, '0', '-1', ' ', '99999999999', '999999']) {
    const path = `${SINGLE}/letters/reprint?batch=${encodeURIComponent(odd)}`;
    assert.equal((await staff.get(path)).status, 404, `asked for ${odd}`);
    const sent = await staff.post(`${SINGLE}/letters.pdf`, { letters: 1, name: 'Sær', batch: odd });
    assert.equal(sent.status, 404, `printed ${odd}`);
  }
  assert.equal(await count('letter_batch'), made, 'no codes in place of what was meant');
});

test('letters with codes are printed by a form alone, and have no other shapes', async () => {
  const staff = await desk.signIn('h@example.dk');
  const before = await count('letter_batch');
  for (const path of ['letters.pdf', 'letters/page', 'letters/text', 'poster.pdf']) {
    const reply = await staff.get(`${SINGLE}/${path}`);
    assert.equal(reply.status, 409, path);
    assert.match(reply.text, /hvert brev sin egen kode/);
  }
  assert.equal((await staff.get(`${SINGLE}/letters/test.pdf`)).status, 200);
  assert.equal(await count('letter_batch'), before);
});

test('two batches are printed at a time, and who waits for a page is not kept waiting', async () => {
  const staff = await desk.signIn('h@example.dk');
  await staff.get(`${SINGLE}/letters`);
  const release = await hold(hjemsvar, 'letter_print');
  let done = 0;
  const prints = ['Til venstre', 'Til højre'].map((name) =>
    staff.post(`${SINGLE}/letters.pdf`, { letters: 1, name }).finally(() => done++),
  );
  const waiting = (wanted) =>
    eventually(
      () => locks(hjemsvar, "NOT granted AND relation = 'letter_print'::regclass"),
      ({ length }) => length === wanted,
    );
  await waiting(2);
  const help = await staff.get('/help');
  assert.deepEqual([help.status, done], [200, 0]);
  const third = staff.post(`${SINGLE}/letters.pdf`, { letters: 1, name: 'En til' });
  await waiting(3); // for the page that says so: it shows what was printed last
  await release();
  for (const reply of await Promise.all(prints)) assert.equal(reply.status, 200);
  const refused = await third;
  assert.equal(refused.status, 503);
  assert.match(refused.text, /Andre printer breve lige nu/);
  assert.match(refused.text, /value="En til"/);
  assert.equal(await count("letter_batch WHERE name = 'En til'"), 0);
});

test('a print that is late leaves neither codes nor a note, and is answered all the same', async () => {
  const staff = await desk.signIn('h@example.dk');
  await staff.get(`${SINGLE}/letters`);
  const facts = async () => [await count('letter_batch'), await count('code'), await notes()];
  const before = await facts();
  const release = await hold(hjemsvar, 'letter_print');
  const reply = await staff.post(`${SINGLE}/letters.pdf`, { letters: 5, name: 'For sent' });
  assert.equal(reply.status, 503);
  assert.match(reply.text, /der er ikke lavet nogen koder/);
  await release();
  assert.deepEqual(await facts(), before);
  const then = await staff.post(`${SINGLE}/letters.pdf`, { letters: 5, name: 'For sent' });
  assert.equal(then.status, 200, headingOf(then));
});

// ---- the round's end

test('a closed round has no letters', async (t) => {
  const { round } = await hjemsvar.createRound('--codes', 'single');
  await hjemsvar.ok('round', 'close', round);
  const page = await newPage(t, 'h@example.dk');
  const base = `/rounds/${round}/municipalities/217`;
  await go(page, `${base}/letters`);
  await look(page, 'letters_closed');
  assert.match(await page.textContent('.box'), /Runden er lukket/);
  assert.equal(await page.locator('main button').count(), 0);
  const staff = await desk.signIn('h@example.dk');
  await staff.get('/account');
  assert.equal((await staff.post(`${base}/letters.pdf`, { letters: 1 })).status, 409);
  await hjemsvar.ok('round', 'close', '1');
  assert.equal((await staff.get(`${OPEN}/letters.pdf`)).status, 409);
  await hjemsvar.ok('round', 'finalise', '1', '--yes');
  assert.equal((await staff.get(`${OPEN}/letters.pdf`)).status, 409);
  assert.equal((await staff.get(`${OPEN}/letters`)).status, 200);
});

// ---- many

test('500 letters carry the 500 codes of the database, each once', async () => {
  const staff = await desk.signIn('h@example.dk');
  await staff.get(`${SINGLE}/letters`);
  const pdf = await keep(await staff.post(`${SINGLE}/letters.pdf`, { letters: 500, name: 'Fem hundrede' }));
  // As people read them; that a QR code says the same is seen on fewer letters.
  const printed = (await textOf(pdf)).matchAll(/\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}\b/g);
  const codes = [...printed].map(([code]) => code.replaceAll('-', ''));
  desk.server.keep(...codes);
  assert.equal(codes.length, 500);
  assert.equal(new Set(codes).size, 500);
  const [[stored]] = await hjemsvar.sql(`SELECT count(*) FROM code c
    JOIN letter_batch b ON b.id = c.batch WHERE b.name = 'Fem hundrede'`);
  assert.equal(stored, '500');
  // The server finds each by its hash; as long as the batch lives, and no longer.
  const statuses = async () => [...new Set((await spread(codes, 4, open)).map(({ status }) => status))];
  assert.deepEqual(await statuses(), [200]);
  await hjemsvar.ok('codes', 'cancel', '--round', 2, '--municipality', 217, '--batch', 'Fem hundrede', '--yes');
  assert.deepEqual(await statuses(), [410]);
});

// ---- a late thing: the file itself

test('the file is complete: its last bytes are those of a PDF', async () => {
  const staff = await desk.signIn('h@example.dk');
  await staff.get(`${SINGLE}/letters`);
  const pdf = await keep(await staff.post(`${SINGLE}/letters.pdf`, { letters: 60, name: 'Tres' }));
  assert.match((await readFile(pdf)).subarray(-8).toString('latin1'), /%%EOF/);
  assert.match((await run('pdfinfo', [pdf])).stdout, /Pages: +60\n/);
});
