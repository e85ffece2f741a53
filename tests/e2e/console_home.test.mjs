// The coordinator's page, the settings of the letter and the help: in a real browser, by every
// role, and over HTTP where a browser adds nothing.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';

import { launch } from './lib/browser.mjs';
import { exportRows } from './lib/answers.mjs';
import { click, deskPage, look, screens } from './lib/desk.mjs';
import { Hjemsvar, run } from './lib/hjemsvar.mjs';
import { eventually, request, sendJson, unescapeHtml, visibleText, withdraw } from './lib/server.mjs';
import { Console, headingOf } from './lib/staff.mjs';

const red =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="#a00"/></svg>';

let hjemsvar;
let desk;
let browser;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  desk = await Console.start(hjemsvar);
  await desk.account({ email: 'admin@example.dk', role: 'admin' });
  await desk.account({ email: 'evaluator@example.dk', role: 'evaluator' });
  await desk.account({ email: 'own@example.dk', role: 'municipality', municipality: 217 });
  await desk.account({ email: 'other@example.dk', role: 'municipality', municipality: 101 });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await desk?.stop();
  await hjemsvar?.drop();
});

const pathOf = (round, ending = '') => `/rounds/${round}/municipalities/217${ending}`;

async function answer(code, times) {
  for (let i = 0; i < times; i++)
    assert.equal((await sendJson(desk.server, code, { q3: 1 })).status, 201);
}

// Counts are of last Monday; 4, 9, 14 … lie between two steps wherever these begin.
const weekLater = (round) =>
  hjemsvar.sql(`UPDATE submission SET received_on = received_on - 7 WHERE round = ${round}`);

// Courses as [start, end, outcome].
async function register(round, courses) {
  const rows = courses.map(
    ([from, to, outcome], i) => `217,F-${i + 1},${from},${to},${outcome}`,
  );
  const text = ['Kommunekode,Forløbs-id,Startdato,Afslutningsdato,Udfald', ...rows, ''].join('\r\n');
  const words = ['courses', 'import', '-', '--round', round, '--municipality', '217'];
  const done = await hjemsvar.cli(words, { input: text });
  assert.equal(done.code, 0, done.stderr);
}

const completed = (count) =>
  Array.from({ length: count }, (_, i) => [`2026-01-0${i + 1}`, `2026-0${i + 1}-11`, 'Afsluttet']);

async function newRound(...words) {
  const { round } = await hjemsvar.createRound('--municipality', '101,217', ...words);
  const links = await hjemsvar.json('link', 'list', '--round', round);
  const link = links.find(({ municipality }) => municipality === 217);
  if (link.code)
    await eventually(
      () => request(desk.server.respondents, `/S/${link.code}`),
      ({ status }) => status === 200,
    );
  return { round, code: link.code };
}

// A multipart form as a browser sends it, to a page of ours.
async function postMultipart(staff, path, fields) {
  const form = new FormData();
  form.append('csrf', staff.csrf);
  for (const [name, value] of Object.entries(fields))
    if (value instanceof Blob) form.append(name, value, value.name ?? 'logo.svg');
    else form.append(name, value);
  const packed = new Response(form);
  const body = Buffer.from(await packed.arrayBuffer());
  const headers = { Origin: desk.server.console, 'Content-Type': packed.headers.get('content-type') };
  return staff.send(path, { body, headers });
}

const typed = {
  contact: 'Anne Holm',
  phone: '49 28 28 28',
  email: 'anne@helsingor.example',
  own_words: 'Tak, fordi I tog imod os.',
  window_x: '20',
  window_y: '45',
  window_width: '85',
  window_height: '30',
  fold_marks: '1',
};

const problemsOf = (reply) =>
  [...reply.text.matchAll(/<li><a href="#([a-z_]+)">([^<]*)<\/a><\/li>/g)]
    .map(([, target, text]) => [target, unescapeHtml(text)])
    .filter(([target]) => !['order', 'main'].includes(target));

// ---- the coordinator's page

test('the page begins with three buttons and tells each number in words', async () => {
  const { round, code } = await newRound();
  await register(round, [
    ['2026-01-05', '2026-03-20', 'Afsluttet'],
    ['2026-01-06', '2026-05-20', 'Afsluttet'],
    ['2026-02-07', '2026-05-29', 'Afsluttet'],
    ['2026-02-08', '2026-06-01', 'Afsluttet'],
    ['2026-02-09', '2026-06-14', 'Afsluttet'],
    ['2026-03-01', '2026-06-30', 'Afbrudt'],
    ['2026-03-02', '', 'Afbrudt'],
    ['2026-03-03', '', ''],
  ]);
  await answer(code, 9);
  await weekLater(round);
  await hjemsvar.sql(
    `INSERT INTO letter_print (round, municipality, printed_on, letters)
     VALUES (${round}, 217, '2026-06-15', 3), (${round}, 101, '2026-06-16', 40)`,
  );
  const own = await desk.signIn('own@example.dk');
  const reply = await own.get(pathOf(round));
  const main = reply.text.slice(reply.text.indexOf('<main'));
  const hrefs = [...main.matchAll(/href="([^"]*)"/g)].map(([, href]) => href).slice(0, 3);
  assert.deepEqual(hrefs, [pathOf(round, '/letters'), pathOf(round, '/courses/import'), '#status']);
  for (const href of hrefs.slice(0, 2)) assert.equal((await own.get(href)).status, 200, href);
  const text = visibleText(main);
  for (const told of [
    'Forløb og breve indtil nu, og svar til og med søndag.',
    'Svar fra forældre mindst 5 Antal svar vises i trin',
    'Breve printet 3, senest 15.06.2026',
    'Kvartal Afsluttede forløb Afbrudte forløb',
    '1. kvartal 2026 1 0',
    '2. kvartal 2026 4 1',
    'I alt 5 1',
    'Forløb i alt: 8. Heraf i gang: 1. Afbrudt uden slutdato: 1.',
    'Svar fra hele runden, holdt op mod forløb, der sluttede fra 20.03.2026 til 30.06.2026',
    'Familier, der har svaret mellem 3 og 5 ',
    'Det svarer til mellem 60 og 100 % af de afsluttede forløb',
  ])
    assert.ok(text.includes(told), `${told}\n${text}`);
  assert.doesNotMatch(reply.text, /id="sign"/);
});

test('nobody counts the others by answers of their own', async () => {
  const { round, code } = await newRound();
  await register(round, completed(9));
  await answer(code, 4);
  await weekLater(round);
  const own = await desk.signIn('own@example.dk');
  const evaluator = await desk.signIn('evaluator@example.dk');
  const see = async () => {
    const pages = [];
    for (const staff of [own, evaluator])
      for (const path of ['/', pathOf(round), pathOf(round, '/letters')])
        pages.push((await staff.get(path)).text);
    const links = await hjemsvar.json('link', 'list', '--round', round);
    const { municipalities } = await hjemsvar.json('courses', 'summary', '--round', round);
    return JSON.stringify([pages, links, municipalities]);
  };
  const shown = async (count) => {
    const of = `'round ${round} municipality 217'`;
    const [[text]] = await hjemsvar.sql(`SELECT answer_count_shown(${of}, ${count})`);
    const links = await hjemsvar.json('link', 'list', '--round', round);
    assert.equal(links.find(({ municipality }) => municipality === 217).answers, text);
    return text;
  };
  const first = await see();
  assert.match(visibleText((await own.get(pathOf(round))).text), /Svar fra forældre under 5 /);
  const receipts = [];
  for (let i = 0; i < 6; i++) {
    const sent = await sendJson(desk.server, code, { q3: 2 });
    receipts.push(sent.json().receipt);
    assert.equal(await see(), first, `${i + 1} answers of one's own`);
  }
  for (const receipt of receipts) {
    assert.equal((await withdraw(desk.server, code, receipt)).status, 200);
    assert.equal(await see(), first, 'withdrawn');
  }
  await weekLater(round);
  assert.notEqual(await shown(10), 'under 5', 'what was withdrawn counts on');
  const rows = await exportRows(hjemsvar, round);
  assert.equal(rows.length, 4, 'the evaluator knows better');
  await hjemsvar.ok('round', 'close', round);
  await hjemsvar.ok('round', 'finalise', round, '--yes');
  assert.equal(await shown(4), 'under 5');
});

test('the page tells a step as it may be, and words that fit it', async () => {
  const { round, code } = await newRound();
  await register(round, completed(9));
  const own = await desk.signIn('own@example.dk');
  await answer(code, 4);
  assert.match((await own.get(pathOf(round))).text, /højst 8/);
  await answer(code, 10);
  await weekLater(round);
  const page = (await own.get(pathOf(round))).text;
  assert.match(page, /mindst 10/);
  assert.match(visibleText(page), /Familier, der har svaret mellem 5 og 9 /);
});

test('a warning says when there are more answers than the courses explain', async () => {
  const { round, code } = await newRound();
  const own = await desk.signIn('own@example.dk');
  const sign = async () => {
    const { text } = await own.get(pathOf(round));
    const box = /id="sign">([\s\S]*?)<\/div>/.exec(text);
    return box === null ? null : unescapeHtml(/<h3>([^<]*)/.exec(box[1])[1]);
  };
  assert.equal(await sign(), null);
  await answer(code, 9);
  assert.equal(await sign(), null, 'until Monday');
  await weekLater(round);
  assert.equal(await sign(), 'Der er svar, men ingen forløb');
  await register(round, completed(2));
  assert.equal(await sign(), 'Der er flere svar, end forløbene kan forklare');
  await register(round, completed(4));
  assert.equal(await sign(), 'Der er flere svar end afsluttede forløb');
  await register(round, completed(5));
  assert.equal(await sign(), null);
});

test('where there is one form for each child, no page counts two parents', async () => {
  const { round, code } = await newRound('--questionnaire', 'ishoej', '--languages', 'da');
  const own = await desk.signIn('own@example.dk');
  const evaluator = await desk.signIn('evaluator@example.dk');
  const seen = async (staff, path) => visibleText((await staff.get(path)).text);
  for (let i = 0; i < 9; i++) assert.equal((await sendJson(desk.server, code, { wellbeing: 1 })).status, 201);
  await weekLater(round);
  await register(round, completed(4));
  let pages = await seen(own, pathOf(round));
  assert.match(pages, /Der er flere svar, end forløbene kan forklare Selv hvis der var svaret for hvert/);
  assert.match(pages, /Hvor mange forløb er der svaret for\?/);
  pages += await seen(evaluator, `/rounds/${round}/municipalities`);
  assert.match(pages, /Alarm: flere svar end forløb/);
  const quality = await seen(evaluator, `/rounds/${round}/duplicates`);
  assert.match(quality, /Alarm: flere svar end forløb\. Nogen har svaret flere gange/);
  assert.match(quality, /så et forløb kan give ét svar/);
  await register(round, completed(9));
  const fits = await seen(own, pathOf(round));
  assert.match(fits, /Forløb, der er svaret for mellem 5 og 9 /);
  assert.match(fits, /for svar tælles i trin/);
  assert.doesNotMatch(pages + quality + fits, /to forældre|begge forældre|[Ff]amilier, der har svaret|to mødre/);
});

test('letters with codes of their own are shown by batch, answers in steps', async () => {
  const { round } = await newRound('--codes', 'single');
  const words = ['--round', round, '--municipality', 217, '--out', '-'];
  await hjemsvar.ok('codes', 'make', ...words, '--letters', 12, '--batch', 'Juni');
  const own = await desk.signIn('own@example.dk');
  const reply = await own.get(pathOf(round));
  assert.match(visibleText(reply.text), /Breve printet 12, senest .* Bundt Printet Breve Svar Juni \d\d\.\d\d\.\d{4} 12 under 5/);
  assert.doesNotMatch(reply.text, /Link til forældre/);
  await hjemsvar.ok('codes', 'cancel', '--round', round, '--municipality', 217, '--batch', 'Juni', '--yes');
  assert.match(visibleText((await own.get(pathOf(round))).text), /Juni \(annulleret\)/);
});

test('each role meets the page and the settings as it may', async () => {
  const { round } = await newRound();
  const met = {};
  for (const who of ['own', 'other', 'evaluator', 'admin']) {
    const staff = await desk.signIn(`${who}@example.dk`);
    const page = await staff.get(pathOf(round));
    const settings = await staff.get(pathOf(round, '/settings'));
    met[who] = [page.status, page.text.includes(pathOf(round, '/settings')), settings.status];
    if (who === 'evaluator') {
      const reply = await staff.post(pathOf(round, '/settings'), typed);
      assert.equal(reply.status, 403);
    }
  }
  assert.deepEqual(met, {
    own: [200, true, 200],
    other: [404, false, 404],
    evaluator: [200, false, 403],
    admin: [200, true, 200],
  });
});

// ---- settings

test('settings are stored as typed, told to the audit log by name only, and printed', async () => {
  const { round } = await newRound();
  const own = await desk.signIn('own@example.dk');
  await own.get(pathOf(round, '/settings'));
  const logo = new Blob([red], { type: 'image/svg+xml' });
  const wanted = { ...typed, window_x: '22', logo };
  delete wanted.fold_marks; // a box that is not ticked is not sent
  const reply = await postMultipart(own, pathOf(round, '/settings'), wanted);
  assert.equal(reply.status, 303, headingOf(reply));
  const stored = await hjemsvar.json('municipality', 'show', '217');
  assert.deepEqual(
    [stored.contact, stored.phone, stored.email, stored.own_words, stored.window],
    [typed.contact, typed.phone, typed.email, typed.own_words, [22, 45, 85, 30]],
  );
  assert.deepEqual([stored.fold_marks, stored.logo], [false, 'svg']);
  const page = await own.get(reply.headers.location);
  assert.match(page.text, /Indstillingerne er gemt/);
  assert.ok(page.text.includes(`data:image/svg+xml;base64,${Buffer.from(red).toString('base64')}`));

  const again = await postMultipart(own, pathOf(round, '/settings'), { ...wanted, logo: new Blob([]) });
  assert.equal(again.status, 422, 'an empty file is no logo');
  delete wanted.logo;
  assert.equal((await postMultipart(own, pathOf(round, '/settings'), wanted)).status, 303);
  wanted.drop_logo = '1';
  assert.equal((await postMultipart(own, pathOf(round, '/settings'), wanted)).status, 303);
  assert.equal((await hjemsvar.json('municipality', 'show', '217')).logo, null);
  const entries = await hjemsvar.sql(
    `SELECT actor_name, municipality, details->>'changed' FROM audit
     WHERE action = 'municipality.set' ORDER BY id`,
  );
  assert.deepEqual(entries, [
    [
      'own@example.dk',
      '217',
      '["contact", "phone", "email", "own_words", "logo", "window", "fold_marks"]',
    ],
    ['own@example.dk', '217', '["logo"]'],
  ]);
});

test('what is wrong is said at its field, and everything typed comes back', async () => {
  const { round } = await newRound();
  const own = await desk.signIn('own@example.dk');
  await own.get(pathOf(round, '/settings'));
  const before = await hjemsvar.json('municipality', 'show', '217');
  const wrong = {
    ...typed,
    contact: '',
    phone: 'ring & hør',
    email: 'anne@x@y',
    own_words: 'En linje med <tegn> & "mere"',
    window_x: 'tyve',
    window_height: '900',
    logo: new Blob(['GIF89a, not a logo']),
  };
  const reply = await postMultipart(own, pathOf(round, '/settings'), wrong);
  assert.equal(reply.status, 422);
  assert.deepEqual(problemsOf(reply), [
    ['contact', 'Skriv, hvem familien kan ringe til. Uden det kan brevet ikke printes.'],
    ['phone', 'Skriv et telefonnummer. Uden det kan brevet ikke printes.'],
    ['email', 'Skriv én e-mailadresse, som navn@kommune.dk, eller lad feltet stå tomt.'],
    [
      'logo',
      'Filen er ikke et billede, der kan printes. Vælg en PNG-fil (højst 3000 billedpunkter på hver led) eller en SVG-fil af enkle former, uden billeder, filtre og script.',
    ],
    [
      'window',
      'Fra venstre (mm) skal være et helt tal fra 0 til 200. Højde (mm) skal være et helt tal fra 10 til 60.',
    ],
  ]);
  const values = Object.fromEntries(
    [...reply.text.matchAll(/name="([a-z_]+)" value="([^"]*)"/g)].map(([, n, v]) => [n, unescapeHtml(v)]),
  );
  for (const name of ['contact', 'phone', 'email', 'window_x', 'window_y', 'window_height'])
    assert.equal(values[name], wrong[name], name);
  const words = /<textarea[^>]*>\n([^<]*)<\/textarea>/.exec(reply.text)[1];
  assert.equal(unescapeHtml(words), wrong.own_words);
  assert.match(reply.text, /name="fold_marks" value="1" checked/);
  assert.match(reply.text, /<title>Fejl: /);
  assert.deepEqual(await hjemsvar.json('municipality', 'show', '217'), before);
});

test('own words that do not fit are refused by the number of lines', async () => {
  const { round } = await newRound();
  const own = await desk.signIn('own@example.dk');
  await own.get(pathOf(round, '/settings'));
  const linesOver = async (own_words) => {
    const reply = await postMultipart(own, pathOf(round, '/settings'), { ...typed, own_words });
    if (reply.status === 303) return 0;
    const [[target, text]] = problemsOf(reply);
    assert.equal(target, 'own_words', text);
    return Number(/er (\d+) linjer? for lang til brevet/.exec(text)[1]);
  };
  const paragraph = (lines) => Array(lines).fill('linje').join('\n');
  let fits = 1;
  while ((await linesOver(paragraph(fits + 1))) === 0) fits++;
  assert.ok(fits >= 5 && fits < 25, `${fits} lines fit`);
  assert.equal(await linesOver(paragraph(fits + 1)), 1);
  assert.equal(await linesOver(paragraph(fits + 4)), 4);

  const refused = async (change) =>
    problemsOf(await postMultipart(own, pathOf(round, '/settings'), { ...typed, ...change }));
  assert.match((await refused({ own_words: 'x'.repeat(2003) }))[0][1], /3 tegn for lang/);
  assert.match((await refused({ own_words: 'Hej \u{F0000}' }))[0][1], /emoji/);
  assert.deepEqual((await refused({ contact: 'A\nB' }))[0], ['contact', 'Skriv det på én linje.']);
  const wide = { window_x: '60', window_width: '120' };
  assert.match((await refused(wide))[0][1], /ikke plads til kommunens navn/);
  assert.match((await refused({ window_y: '80', window_height: '60' }))[0][1], /højst 95 mm/);
});

test('a logo is refused when it is too large or no picture, and asked for again', async () => {
  const { round } = await newRound();
  const own = await desk.signIn('own@example.dk');
  await own.get(pathOf(round, '/settings'));
  const tried = async (bytes, change = {}) => {
    const fields = { ...typed, logo: new Blob([bytes]), ...change };
    const reply = await postMultipart(own, pathOf(round, '/settings'), fields);
    return reply.status === 303 ? 'stored' : problemsOf(reply);
  };
  assert.match((await tried(randomBytes(256 * 1024 + 1)))[0].join(), /^logo,Logoet fylder mere/);
  assert.match((await tried(randomBytes(4000)))[0].join(), /^logo,Filen er ikke et billede/);
  const bomb = Buffer.from('89504e470d0a1a0a0000000d49484452ffffffffffffffff0806000000', 'hex');
  assert.match((await tried(bomb))[0].join(), /^logo,Filen er ikke et billede/);
  const outside = red.replace('<rect', '<image href="file:///etc/passwd"/><rect');
  assert.match((await tried(outside))[0].join(), /^logo,Filen er ikke et billede/);
  assert.deepEqual((await tried(red, { phone: '' })).map(([target]) => target), ['phone', 'logo']);
});

// ---- in a browser

const newDesk = async (viewport, email) => deskPage(browser, await desk.signIn(email), viewport);
const go = (page, path) => page.goto(`${desk.server.console}${path}`);

// What the first page says of a round: rows of its cells, by municipality.
const overview = (reply, round) => {
  const part = reply.text.split(`id="round-${round}"`)[1]?.split('</table>')[0] ?? '';
  const rows = [...part.matchAll(/<tr><th scope="row">(.*?)<\/tr>/g)].map(([, row]) =>
    row.split('</td>').slice(0, -1).flatMap((cells) => cells.split('</th>')),
  );
  return rows.map((cells) =>
    cells.map((cell) => visibleText(cell.replace(/<span class="name">.*?<\/span>/, '')).trim()),
  );
};

test('the first page tells of each municipality how far it has come', async () => {
  const { round, code } = await newRound();
  const single = await newRound('--codes', 'single');
  await register(round, [...completed(2), ['2025-11-01', '2025-12-12', 'Afbrudt'], ['2025-11-01', '', 'Afbrudt'], ['2026-01-01', '', '']]);
  await answer(code, 9);
  await weekLater(round);
  await hjemsvar.sql(`UPDATE course SET changed_at = '2026-02-03 12:00+01' WHERE round = ${round}`);
  await hjemsvar.sql(`INSERT INTO letter_print (round, municipality, letters, printed_on)
    VALUES (${round}, 217, 1, '2026-02-04'), (${round}, 217, 1, '2026-01-04')`);
  await hjemsvar.ok('codes', 'make', '--round', single.round, '--municipality', 217, '--letters', 3, '--out', '-');
  await hjemsvar.sql(`UPDATE letter_batch SET made_on = '2026-02-05' WHERE round = ${single.round}`);
  const nothing = (name) => [name, 'under 5', '0', '0', 'ikke endnu', 'ikke endnu'];
  const some = ['Helsingør', 'mindst 5', '2', '2', '03.02.2026', '04.02.2026'];
  const made = ['Helsingør', 'under 5', '0', '0', 'ikke endnu', '05.02.2026'];
  for (const who of ['admin', 'evaluator']) {
    const page = await (await desk.signIn(`${who}@example.dk`)).get('/');
    assert.deepEqual(overview(page, round), [nothing('København'), some], who);
    assert.deepEqual(overview(page, single.round), [nothing('København'), made], who);
  }
  const own = await (await desk.signIn('own@example.dk')).get('/');
  assert.deepEqual(overview(own, round), [some]);
  const other = await (await desk.signIn('other@example.dk')).get('/');
  assert.deepEqual(overview(other, round), [nothing('København')]);
});

for (const [where, viewport] of screens) {
  test(`the first page of who sees many municipalities (${where})`, async () => {
    const { round } = await newRound();
    await register(round, completed(9));
    const page = await newDesk(viewport, 'evaluator@example.dk');
    await go(page, '/');
    await look(page, 'overview');
    await page.context().close();
  });

  test(`the pages of a coordinator (${where})`, async () => {
    const { round, code } = await newRound();
    const single = await newRound('--codes', 'single');
    const words = ['--round', single.round, '--municipality', 217, '--out', '-'];
    await hjemsvar.ok('codes', 'make', ...words, '--letters', 12);
    const page = await newDesk(viewport, 'own@example.dk');
    await go(page, pathOf(round));
    await look(page, 'home_empty');
    await register(round, [...completed(2), ['2025-11-01', '2025-12-12', 'Afbrudt']]);
    await answer(code, 7);
    await go(page, pathOf(round));
    await look(page, 'home_warning');
    await register(round, completed(9));
    await go(page, pathOf(round));
    await look(page, 'home');
    await go(page, pathOf(single.round));
    await look(page, 'home_single');

    await go(page, pathOf(round, '/settings'));
    await look(page, 'settings');
    await page.fill('#contact', 'Anne Holm');
    await page.fill('#phone', '');
    await page.fill('#own_words', Array(40).fill('En linje mere.').join('\n'));
    await page.fill('#window_x', '-1');
    await page.setInputFiles('#logo', { name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(red) });
    await click(page, 'button.main');
    assert.match(await page.title(), /^Fejl: /);
    await look(page, 'settings_problems');
    await page.click('#problems a[href="#phone"]');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'phone');
    await page.fill('#phone', '49 28 28 28');
    await page.fill('#window_x', '20');
    await click(page, 'button.main');
    assert.match(await page.textContent('#own_words-problem'), /linjer for lang til brevet/);
    assert.equal((await page.inputValue('#own_words')).split('\n').length, 40);
    await page.fill('#own_words', 'Tak for denne gang.');
    await page.setInputFiles('#logo', { name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(red) });
    await click(page, 'button.main');
    assert.match(await page.textContent('[role=status]'), /Indstillingerne er gemt/);
    assert.ok(await page.evaluate(() => document.querySelector('img.logo').naturalWidth > 0));
    await look(page, 'settings_saved');

    await go(page, '/help');
    await look(page, 'help');
    await go(page, '/account');
    await click(page, 'button[value=en]');
    for (const path of [pathOf(round), pathOf(round, '/settings'), '/help']) {
      await go(page, path);
      assert.equal(await page.getAttribute('html', 'lang'), 'en');
      assert.doesNotMatch(await page.textContent('main'), /\{[a-z_]+\}|null/);
      await look(page, `english${path.replace(/\d+\/municipalities/, '').replaceAll('/', '_')}`);
    }
    await hjemsvar.sql('UPDATE staff SET language = NULL');
    await page.context().close();
  });
}

test('the help speaks of the three buttons in their own words, in both languages', async () => {
  const { round } = await newRound();
  const own = await desk.signIn('own@example.dk');
  for (const lang of ['da', 'en']) {
    const page = await own.get(`${pathOf(round)}?lang=${lang}`);
    const help = visibleText((await own.get(`/help?lang=${lang}`)).text);
    const list = /<ul class="tasks">([\s\S]*?)<\/ul>/.exec(page.text)[1];
    const buttons = [...list.matchAll(/<a [^>]*>([^<]*)<\/a>/g)].map(([, text]) => text);
    assert.equal(buttons.length, 3);
    for (const button of buttons) assert.ok(help.includes(`“${button}”`), button);
    const more = [...page.text.matchAll(/<li><a href="[^"]*\/documentation">([^<]*)</g)].map(([, text]) => text);
    assert.equal(more.length, 1);
    assert.ok(help.includes(`“${unescapeHtml(more[0])}”`), 'how to describe the offer');
    assert.match(help, lang === 'da' ? /på telefonen, uden konto/ : /on the phone, without an account/);
    assert.match(help, lang === 'da' ? /En runde om kendte børn/ : /A round of known children/);
    assert.match(help, lang === 'da' ? /“Runder ved siden af hinanden”/ : /“Rounds beside each other”/);
    assert.doesNotMatch(help, /\{[a-z]+\}/, 'every button has its name');
  }
});

// ---- what the municipality writes of its own work

const textPath = (round, part = '') => pathOf(round, `/documentation${part === '' ? '' : `/${part}`}`);
const versionsOf = (part) =>
  hjemsvar.sql(`SELECT version, words, coalesce(amount::text, ''), why FROM documentation
    WHERE municipality = 217 AND part = '${part}' ORDER BY version`);
const forget = () => hjemsvar.sql('DELETE FROM documentation');
const writing = (text, more = {}) => ({ seen: '0', own_text: text, valid_from: '1-10-2026', why: '', ...more });

test('a municipality describes its work, changes it with a reason, and the evaluator reads every version', async () => {
  await forget();
  const { round } = await newRound();
  const own = await desk.signIn('own@example.dk');
  for (const [where, viewport] of screens) {
    const page = await deskPage(browser, own, viewport);
    await page.goto(`${desk.server.console}${pathOf(round)}`);
    await click(page, `a[href="${textPath(round)}"]`);
    await look(page, 'documentation');
    await click(page, `a[href="${textPath(round, 'target_group')}"]`);
    await page.fill('#own_text', `Familier med børn på 0-2 år.\nHele kommunen (${where}).`);
    if (await page.$('#why')) {
      await click(page, 'button.main');
      assert.match(await page.textContent('#problems'), /Skriv kort, hvorfor den er ændret/);
      assert.match(await page.inputValue('#own_text'), /Hele kommunen \(phone\)/, 'what was typed is kept');
      await look(page, 'documentation_problem');
      await page.fill('#why', 'Flere henvisninger fra sundhedsplejen');
    }
    await look(page, 'documentation_part');
    await click(page, 'button.main');
    assert.match(await page.textContent('main'), /Beskrivelsen er gemt/);
    assert.match(await page.textContent('main'), new RegExp(`Hele kommunen \\(${where}\\)`));
    await page.context().close();
  }
  await own.get(textPath(round));
  assert.equal((await own.post(textPath(round, 'coordinator_hours'), writing('12,5'))).status, 303);
  assert.equal((await own.post(textPath(round, 'reflection_works'), writing('At vi kommer hjem til dem.'))).status, 303);
  const evaluator = await desk.signIn('evaluator@example.dk');
  for (const [, viewport] of screens) {
    const page = await deskPage(browser, evaluator, viewport);
    await page.goto(`${desk.server.console}/rounds/${round}`);
    await click(page, `a[href="/rounds/${round}/documentation"]`);
    for (const details of await page.$$('details')) await details.evaluate((it) => (it.open = true));
    await look(page, 'documentation_round');
    const text = await page.textContent('main');
    for (const told of ['København', 'Ikke skrevet endnu', 'Helsingør', '(phone)', '(desktop)', 'Flere henvisninger', '1 tidligere udgave', '12,5', 'At vi kommer hjem til dem.'])
      assert.ok(text.includes(told), told);
    await page.context().close();
  }
  assert.equal((await evaluator.get(textPath(round, 'target_group'))).status, 403);
  assert.doesNotMatch((await evaluator.get(textPath(round))).text, /documentation\/target_group/);
  const other = await desk.signIn('other@example.dk');
  assert.equal((await other.get(textPath(round))).status, 404);
  const events = visibleText((await own.get('/audit')).text);
  assert.match(events, /Skrev udgave 2 af kommunens beskrivelse: målgruppe/);
});

test('two colleagues at the same text lose nothing', async () => {
  await forget();
  const { round } = await newRound();
  const path = textPath(round, 'recruitment');
  const [one, two] = [await desk.signIn('own@example.dk'), await desk.signIn('own@example.dk')];
  for (const staff of [one, two]) assert.match((await staff.get(path)).text, /name="seen" value="0"/);
  assert.equal((await one.post(path, writing('Sundhedsplejen henviser.'))).status, 303);
  const refused = await two.post(path, writing('Dagtilbud henviser.'));
  assert.equal(refused.status, 409);
  const text = visibleText(refused.text);
  assert.match(text, /En kollega har gemt en ny udgave, mens du skrev/);
  assert.match(text, /Sundhedsplejen henviser\./);
  assert.match(refused.text, /<textarea id="own_text"[^>]*>\nDagtilbud henviser\.<\/textarea>/);
  const page = await deskPage(browser, two, screens[1][1]);
  await page.goto(`${desk.server.console}${path}`);
  await one.post(path, writing('Sundhedsplejen og familien selv.', { seen: '1', why: 'Familien kan selv ringe' }));
  await page.fill('#own_text', 'Dagtilbud og sundhedspleje.');
  await page.fill('#why', 'Begge dele');
  await click(page, 'button.main');
  await look(page, 'documentation_newer');
  await click(page, 'button.main');
  await page.context().close();
  assert.deepEqual(
    (await versionsOf('recruitment')).map(([, words]) => words),
    ['Sundhedsplejen henviser.', 'Sundhedsplejen og familien selv.', 'Dagtilbud og sundhedspleje.'],
  );
});

test('what was typed comes back whatever is wrong with it, and a number of a person is told once', async () => {
  await forget();
  const { round } = await newRound();
  const own = await desk.signIn('own@example.dk');
  const path = textPath(round, 'organisation');
  await own.get(path);
  const long = `${'Ærlig talt. '.repeat(520)}slut`;
  const tooLong = await own.post(path, writing(long));
  assert.equal(tooLong.status, 422);
  assert.deepEqual(problemsOf(tooLong), [['own_text', 'Teksten er 244 tegn for lang. Der er plads til 6000.']]);
  assert.ok(tooLong.text.includes('Ærlig talt. slut</textarea>'));
  const later = await own.post(path, writing('Vi flytter.', { valid_from: '1-1-2099' }));
  assert.match(problemsOf(later)[0][1], /Dagen er ikke kommet endnu/);
  const numbers = textPath(round, 'home_educators');
  assert.match(problemsOf(await own.post(numbers, writing('4,5')))[0][1], /et helt tal/);
  assert.match(problemsOf(await own.post(numbers, writing('501')))[0][1], /fra 0 til 500/);
  const phone = writing('Ring til Mette på 22 33 44 55.');
  const warned = await own.post(path, phone);
  assert.equal(warned.status, 422);
  assert.match(visibleText(warned.text), /Det ligner et telefonnummer\..*Gem alligevel/s);
  assert.deepEqual(await versionsOf('organisation'), []);
  assert.equal((await own.post(path, { ...phone, accepted: 'phone' })).status, 303);
  assert.equal((await own.post(path, { ...phone, own_text: '010199-1234', seen: '1', why: 'x', accepted: 'phone' })).status, 422);
  await hjemsvar.sql('DELETE FROM staff_session');
  const out = await own.post(path, writing('Min lange <b>tekst</b>.', { seen: '1', why: 'x' }));
  assert.equal(out.status, 403);
  assert.match(out.text, /<textarea id="kept"[^>]*>\nMin lange &lt;b&gt;tekst&lt;\/b&gt;\.<\/textarea>/);
  const foreign = await own.post(path, writing('Køb nu'), { headers: { 'Sec-Fetch-Site': 'cross-site' } });
  assert.equal(foreign.status, 403);
  assert.doesNotMatch(foreign.text, /Køb nu/);
});

test('what is written is in the files, the package and the report, and published only when asked for', async () => {
  await forget();
  const { round } = await newRound();
  await hjemsvar.sql(`INSERT INTO documentation (municipality, part, version, valid_from, words, amount, why) VALUES
    (217, 'target_group', 1, '2026-01-01', 'Før;' || chr(10) || '"alle"', NULL, ''), (217, 'target_group', 2, '2026-05-01', 'Nu', NULL, 'Fordi'),
    (217, 'coordinator_hours', 1, '2026-01-01', '', 12.5, ''), (101, 'reflection_hard', 1, '2026-01-01', 'Svært 🙂', NULL, '')`);
  const evaluator = await desk.signIn('evaluator@example.dk');
  const csv = await evaluator.get(`/rounds/${round}/documentation.csv`);
  assert.match(csv.headers['content-type'], /^text\/csv/);
  assert.match(csv.text, /217;Helsingør;target_group;text;Målgruppe;1;2026-01-01;2026-05-01;0;0;"Før;\n""alle""";;;/);
  assert.match(csv.text, /217;Helsingør;coordinator_hours;number;[^;]*;1;2026-01-01;;1;0;;12,50;/);
  const rows = (await evaluator.get(`/rounds/${round}/documentation.json`)).json();
  assert.deepEqual(rows.map(({ municipality, part, version, holds }) => [municipality, part, version, holds]), [
    [101, 'reflection_hard', 1, true], [217, 'target_group', 1, false], [217, 'target_group', 2, true], [217, 'coordinator_hours', 1, true],
  ]);
  assert.deepEqual(JSON.parse(await hjemsvar.ok('documentation', 'export', '--round', round, '--format', 'json')), rows);
  const only = JSON.parse(await hjemsvar.ok('documentation', 'export', '--round', round, '--municipality', '217', '--format', 'json'));
  assert.equal(only.length, 3);
  const report = JSON.parse(await hjemsvar.ok('report', '--round', round, '--format', 'json'));
  assert.deepEqual(report.documentation, rows);
  await hjemsvar.ok('report', '--round', round, '--format', 'pdf', '--profile', 'internal', '--out', `${hjemsvar.folder}/texts.pdf`);
  await hjemsvar.ok('answers', 'export', '--round', round, '--format', 'zip', '--profile', 'internal', '--municipality', '217', '--out', `${hjemsvar.folder}/texts.zip`);
  const listed = await run('unzip', ['-p', `${hjemsvar.folder}/texts.zip`, 'documentation.csv', 'documentation.html']);
  assert.match(listed.stdout, /^municipality_code,municipality,part/);
  assert.match(listed.stdout, /<h3>Målgruppe<\/h3>/);
  assert.doesNotMatch(listed.stdout, /Svært/, 'of the municipality that was asked for');
  await hjemsvar.ok('round', 'close', round);
  await hjemsvar.sql(`UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = ${round}`);
  const publish = (...more) => hjemsvar.ok('report', '--round', round, '--profile', 'published', '--format', 'json', ...more).then(JSON.parse);
  assert.deepEqual((await publish()).documentation, []);
  const published = await publish('--documentation');
  assert.deepEqual(published.documentation.map(({ part, text, number, why }) => [part, text, number, why]), [
    ['target_group', 'Nu', null, ''], ['coordinator_hours', '', 12.5, ''],
  ]);
  await hjemsvar.ok('documentation', 'erase', '--municipality', '217', '--part', 'target_group', '--version', '2', '--yes');
  assert.deepEqual((await publish('--release', published.release.number)).documentation, published.documentation, 'kept as it was published');
  const page = await evaluator.get(textPath(round));
  assert.match(visibleText(page.text), /Målgruppe .*Ordene er slettet\./);
  const form = await evaluator.get(`/rounds/${round}/report/releases`);
  assert.match(form.text, /name="documentation"/);
});
