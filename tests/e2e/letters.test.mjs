// Letters as they are printed: made by the command, rendered, read back by a QR reader and
// opened on a running server.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { barriers, faults, launch } from './lib/browser.mjs';
import { checkout, Hjemsvar, run } from './lib/hjemsvar.mjs';
import { request, spread, startServer } from './lib/server.mjs';

const HELSINGOER = '217';
const A4 = /595\.\d+ x 841\.\d+ pts \(A4\)/;
const SENTENCES = [
  'Det er frivilligt at svare. Det ændrer ikke den hjælp, I får, om I svarer, eller hvad I svarer.',
  'Kommunen kan ikke se jeres svar.',
  'Svar gerne, når hjemmepædagogen er gået.',
];

let hjemsvar;
let server;
let round;
let code; // of Helsingør
before(async () => {
  hjemsvar = await Hjemsvar.create();
  server = await startServer(hjemsvar);
  hjemsvar.env.HJEMSVAR_PUBLIC_URL = server.respondents;
  const words = ['--languages', 'da,en,ar,uk', '--allow-drafts'];
  const made = await hjemsvar.createRound(...words, '--municipality', '101,217,479');
  round = String(made.round);
  code = made.links.find((link) => link.municipality === 217).code;
  await hjemsvar.ok('municipality', 'set', HELSINGOER, '--contact', 'Anne Holm', '--phone', '49 28 28 28');
});
after(async () => {
  await server?.stop();
  await hjemsvar?.drop();
});

const path = (name) => join(hjemsvar.folder, name);

/** Runs `letters` for Helsingør; must succeed. Gives the path of the file and stderr. */
async function letters(name, ...words) {
  const out = path(name);
  const done = await hjemsvar.cli([
    'letters', '--round', round, '--municipality', HELSINGOER, ...words, '--out', out,
  ]);
  assert.equal(done.code, 0, done.stderr);
  return { out, stderr: done.stderr };
}

async function tool(program, ...words) {
  const done = await run(program, words);
  assert.equal(done.code, 0, `${program}: ${done.stderr}`);
  return done.stdout;
}

/** The text of a PDF, its white space made one. */
async function textOf(pdf) {
  return (await tool('pdftotext', pdf, '-')).replace(/[\s\u200e\u200f\u202a-\u202e]+/g, ' ');
}

/** What a QR reader finds on the pages, as a printer would print them. */
async function codesOf(pdf, resolution = 150, ...part) {
  const folder = await mkdtemp(path('pages-'));
  await tool('pdftoppm', '-r', resolution, '-gray', ...part, pdf, join(folder, 'page'));
  const found = await run('sh', ['-c', `zbarimg -q --raw -Sdisable -Sqrcode.enable "${folder}"/page*`]);
  await rm(folder, { recursive: true });
  return found.stdout.trim().split('\n');
}

async function opens(link) {
  const url = new URL(link.toLowerCase());
  assert.equal(url.origin, server.respondents);
  const reply = await request(server.respondents, new URL(link).pathname);
  assert.equal(reply.status, 200);
  assert.match(reply.text, /Bilag|hjemmepædagog/i);
}

// ---- the letter

test('a letter is one A4 page whose QR code and link open the questionnaire', async () => {
  const { out } = await letters('letter.pdf');
  const info = await tool('pdfinfo', out);
  assert.match(info, /Pages: +1\n/);
  assert.match(info, A4);
  assert.match(info, /Title: +Hvad har hjemmepædagogen betydet for jer\?/);
  assert.match(info, /Author: +Helsingør Kommune/);
  assert.match(info, /Tagged: +yes/);
  const [link] = await codesOf(out);
  assert.equal(link, `${server.respondents}/S/${code}`.toUpperCase());
  await opens(link);
  const links = await tool('pdftohtml', '-xml', '-i', '-stdout', out);
  assert.ok(links.includes(`href="${server.respondents}/S/${code}"`), 'the link is clickable');
});

test('a letter holds what the family is told, whom to ask, and a line in every language', async () => {
  const { out } = await letters('words.pdf');
  const text = await textOf(out);
  for (const sentence of [...SENTENCES, 'Helsingør Kommune', 'Anne Holm', 'Telefon 49 28 28 28']) {
    assert.ok(text.includes(sentence), `${sentence} is not in ${text}`);
  }
  assert.ok(text.includes(`${code.slice(0, 4)}-${code.slice(4)}`), 'the code is in groups');
  assert.ok(text.includes('The questionnaire is also in English.'));
  assert.ok(text.includes('українською'));
  assert.match(text, /[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]{4}/);
  assert.doesNotMatch(text, /Telefon 49 28 28 28.*Telefon 49 28 28 28/);
});

test('every font of a letter is embedded as a subset', async () => {
  const { out } = await letters('fonts.pdf', '--language', 'ar');
  const fonts = (await tool('pdffonts', out)).trim().split('\n').slice(2);
  assert.ok(fonts.length >= 2);
  for (const font of fonts) {
    assert.match(font, /^[A-Z]{6}\+NotoSans\S* .* yes yes (yes|no) /);
  }
  assert.ok(fonts.some((font) => font.includes('NotoSansArabic')));
});

test('a letter in Arabic has its QR code at the right and its text from the right', async () => {
  const { out } = await letters('arabic.pdf', '--language', 'ar');
  const [link] = await codesOf(out);
  await opens(link);
  const words = (await tool('pdftotext', '-bbox', out, '-')).split('\n');
  const address = words.find((row) => row.includes(`${code.slice(0, 4)}-`));
  const right = Number(/xMax="([\d.]+)"/.exec(address)[1]);
  assert.ok(Math.abs((right * 25.4) / 72 - 148) < 2, `the address ends at ${right} points`);
  const image = ['-r', '25.4', '-gray', '-x', '156', '-y', '212', '-W', '34', '-H', '34'];
  await tool('pdftoppm', ...image, out, path('arabic'));
  const dark = (await readFile(path('arabic-1.pgm'))).subarray(-34 * 34).filter((pixel) => pixel < 128);
  assert.ok(dark.length > 200, 'the QR code is at the right');
});

// ---- letters with codes of their own

/** A round of single-use codes with so many letters for Helsingør. */
async function batch(name, letters, ...words) {
  const made = await hjemsvar.createRound('--codes', 'single', ...words);
  const out = path(name);
  const done = await hjemsvar.cli([
    'letters', '--round', made.round, '--municipality', HELSINGOER, '--codes', letters, '--batch', 'Efterår', '--out', out,
  ]);
  return { ...done, out, round: made.round };
}

test('500 letters have 500 codes, and every one is read and opens the questionnaire', async () => {
  const { code: exit, stderr, out, round: own } = await batch('many.pdf', 500);
  assert.equal(exit, 0, stderr);
  assert.match(stderr, /batch "Efterår": 500 letters, codes of 2 uses/);
  assert.match(await tool('pdfinfo', out), /Pages: +500\n/);
  const corner = ['-x', 90, '-y', 1200, '-W', 260, '-H', 290]; // where the QR code is
  const links = await codesOf(out, 150, ...corner);
  assert.equal(links.length, 500);
  assert.equal(new Set(links).size, 500);
  server.keep(...links.map((link) => link.slice(-11)));
  await spread(links, 4, opens);
  const text = await textOf(out);
  for (const link of [links[0], links[499]]) {
    const grouped = link.slice(-11).replace(/^(.{4})(.{4})/, '$1-$2-');
    assert.ok(text.includes(grouped), 'the code is printed in groups');
  }
  assert.ok(text.includes('Koden i brevet gælder for to svar'));
  const printed = await hjemsvar.sql(`SELECT sum(letters) FROM letter_print WHERE round = ${own}`);
  assert.deepEqual(printed, [['500']]);
});

test('letters that could not be made leave no codes behind', async () => {
  const made = await hjemsvar.createRound('--codes', 'single');
  const ask = (...words) => hjemsvar.cli(['letters', '--round', made.round, '--municipality', ...words]);
  const cases = [
    [['101', '--codes', '5', '--out', path('x.pdf')], 78, /no contact/],
    [[HELSINGOER, '--codes', '5', '--out', path('no/such/folder.pdf')], 73, /cannot be written/],
    [[HELSINGOER, '--codes', '5', '--out', '/dev/full'], 74, /writing \/dev\/full failed/],
    [[HELSINGOER, '--out', path('x.pdf')], 64, /say how many letters with --codes N/],
    [[HELSINGOER, '--poster', 'a4', '--out', path('x.pdf')], 64, /no link for all/],
    [[HELSINGOER, '--batch', 'x', '--out', path('x.pdf')], 64, /hint: add --codes N/],
  ];
  for (const [words, expected, what] of cases) {
    const done = await ask(...words);
    assert.equal(done.code, expected, `${words.join(' ')}: ${done.stderr}`);
    assert.match(done.stderr, what);
  }
  assert.deepEqual(await hjemsvar.json('codes', 'list', '--round', String(made.round)), []);
  const rows = await hjemsvar.sql(`SELECT count(*) FROM letter_print WHERE round = ${made.round}`);
  assert.deepEqual(rows, [['0']]);
});

test('a batch of a name that is there is refused', async () => {
  const first = await batch('first.pdf', 2, '--uses', '3');
  assert.equal(first.code, 0, first.stderr);
  assert.ok((await textOf(first.out)).includes('Koden i brevet gælder for 3 svar.'));
  const words = ['letters', '--round', first.round, '--municipality', HELSINGOER, '--codes', '2', '--batch', 'Efterår', '--out', path('second.pdf')];
  const second = await hjemsvar.cli(words);
  assert.equal(second.code, 65, second.stderr);
  assert.match(second.stderr, /hint: /);
  await assert.rejects(stat(path('second.pdf')));
});

// ---- drafts

test('a letter says that it is a draft until its words are approved as they stand', async () => {
  const mine = await mkdtemp(path('share-'));
  for (const part of ['templates', 'migrations']) {
    await cp(join(checkout, part), join(mine, part), { recursive: true });
  }
  const draft = await letters('draft.pdf');
  assert.match(await textOf(draft.out), /UDKAST: /);
  assert.match(draft.stderr, /^hjemsvar: the words of the letter are a draft[^\n]*hint: hjemsvar letters approve/);
  const approved = await hjemsvar.ok('letters', 'approve', '--language', 'da');
  assert.match(approved, /approved/);
  for (const language of ['en', 'ar']) {
    await hjemsvar.ok('letters', 'approve', '--language', language);
  }
  const final = await letters('final.pdf');
  const text = await textOf(final.out);
  assert.doesNotMatch(text, /UDKAST: /);
  assert.match(text, /«Українська»\. \(UDKAST\)/, 'the line nobody has approved');
  assert.equal(text.match(/UDKAST/g).length, 1);
  const file = join(mine, 'templates/letters/da.json');
  const words = await readFile(file, 'utf8');
  await writeFile(file, words.replace('Kære forældre', 'Kære alle'));
  hjemsvar.env.HJEMSVAR_SHARE_DIR = mine;
  const changed = await letters('changed.pdf');
  hjemsvar.env.HJEMSVAR_SHARE_DIR = checkout;
  assert.match(await textOf(changed.out), /UDKAST: /);
});

// ---- what can be wrong

test('what a letter cannot be made from is said, with what to do, and leaves no file', async () => {
  const out = path('none.pdf');
  const ask = (...words) => ['letters', '--round', round, ...words, '--out', out];
  const cases = [
    [ask('--municipality', '101'), 78, /no contact to name; hint: hjemsvar municipality set 101 --contact/],
    [ask('--municipality', '751'), 65, /no link in round/],
    [ask('--municipality', HELSINGOER, '--language', 'xx'), 64, /no letters in "xx"/],
    [ask('--municipality', HELSINGOER, '--codes', '10'), 64, /one link for all .*hint: leave --codes out/],
    [ask('--municipality', HELSINGOER, '--codes', '0'), 64, /--codes is "0"/],
    [ask('--municipality', HELSINGOER, '--html', '--text'), 64, /one file holds one thing/],
    [ask('--municipality', HELSINGOER, '--poster', 'a3'), 64, /a4 or a5/],
  ];
  for (const [words, expected, what] of cases) {
    const done = await hjemsvar.cli(words);
    assert.equal(done.code, expected, `${words.join(' ')}: ${done.stderr}`);
    assert.match(done.stderr, what);
    await assert.rejects(stat(out));
  }
});

test('without its fonts no letter is made', async () => {
  const config = await hjemsvar.file('fonts.conf', '<?xml version="1.0"?><fontconfig><cachedir>/nowhere</cachedir></fontconfig>');
  const words = ['letters', '--round', round, '--municipality', HELSINGOER, '--out', path('tofu.pdf')];
  const done = await hjemsvar.cli(words, { env: { FONTCONFIG_FILE: config } });
  assert.equal(done.code, 78, done.stderr);
  assert.match(done.stderr, /the font Noto Sans is not installed; hint: install the package fonts-noto-core/);
  await assert.rejects(stat(path('tofu.pdf')));
});

test('a closed round has no letters', async () => {
  const made = await hjemsvar.createRound();
  await hjemsvar.ok('round', 'close', made.round);
  const done = await hjemsvar.cli(['letters', '--round', made.round, '--municipality', HELSINGOER, '--out', path('closed.pdf')]);
  assert.equal(done.code, 77);
  assert.match(done.stderr, /hint: hjemsvar round reopen/);
});

// ---- settings

test('own words stand in the letter; too many are refused by the line, and nothing changes', async () => {
  const own = 'I Helsingør bruger vi svarene til at gøre forløbet bedre.';
  const set = (file) => hjemsvar.cli(['municipality', 'set', HELSINGOER, '--own-words', file, '--json']);
  assert.equal((await set(await hjemsvar.file('own', own))).code, 0);
  const long = await set(await hjemsvar.file('long', 'Vi glæder os til at høre fra jer. '.repeat(50)));
  assert.equal(long.code, 65);
  assert.match(long.stderr, /the text is \d+ lines too long for the page; hint: shorten the own words/);
  assert.ok((await textOf((await letters('own.pdf')).out)).includes(own));
  assert.equal((await set(await hjemsvar.file('empty', ''))).code, 0);
  assert.ok(!(await textOf((await letters('own.pdf')).out)).includes(own));
});

test('the window of the envelope stays free, wherever it is', async () => {
  const inside = async (x, y, width, height) => {
    await hjemsvar.ok('municipality', 'set', HELSINGOER, '--window', [x, y, width, height].join());
    const { out } = await letters('window.pdf');
    const points = (mm) => (mm * 72) / 25.4;
    const rows = (await tool('pdftotext', '-bbox', out, '-')).split('\n');
    return rows.filter((row) => {
      const at = /xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"/.exec(row);
      if (at === null) return false;
      const [left, top, right, bottom] = at.slice(1).map(Number);
      return left < points(x + width) && right > points(x) && top < points(y + height) && bottom > points(y);
    });
  };
  assert.deepEqual(await inside(110, 50, 85, 35), []);
  assert.deepEqual(await inside(20, 40, 90, 40), []);
  for (const window of ['20,45,85', '20,45,85,x', '20,45,190,30', '20,20,85,30', '20,80,85,30']) {
    const done = await hjemsvar.cli(['municipality', 'set', HELSINGOER, '--window', window]);
    assert.ok([64, 78].includes(done.code), `${window}: ${done.code}`);
    assert.match(done.stderr, /hint: /);
  }
  await hjemsvar.ok('municipality', 'set', HELSINGOER, '--window', '20,45,85,30');
});

test('fold marks are a setting, and the test print shows window and folds', async () => {
  const dark = async (name, ...words) => {
    const { out } = await letters(name, ...words);
    const image = await tool('pdftoppm', '-r', '100', '-gray', '-x', '14', '-y', '385', '-W', '24', '-H', '10', out, path('mark'));
    assert.equal(image, '');
    return (await readFile(path('mark-1.pgm'))).subarray(-240).some((pixel) => pixel < 160);
  };
  assert.equal(await dark('marks.pdf'), true);
  await hjemsvar.ok('municipality', 'set', HELSINGOER, '--fold-marks', 'off');
  assert.equal(await dark('unmarked.pdf'), false);
  assert.equal(await dark('test.pdf', '--test-print'), true);
  await hjemsvar.ok('municipality', 'set', HELSINGOER, '--fold-marks', 'on');
  const text = await textOf(path('test.pdf'));
  assert.match(text, /Rude: 20 mm fra venstre, 45 mm fra oven, 85 x 30 mm/);
  assert.match(text, /Denne streg skal være 100 mm lang/);
});

test('a logo is drawn, and one that refers to something else is refused and loads nothing', async () => {
  let asked = 0;
  const outside = http.createServer((_, reply) => {
    asked++;
    reply.end();
  });
  await new Promise((resolve) => outside.listen(0, '127.0.0.1', resolve));
  outside.unref();
  const { port } = outside.address();
  const secret = await hjemsvar.file('secret.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>');
  const picture = (inside) => `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="70" height="18">
    ${inside}<rect x="60" width="10" height="18" fill="#000"/></svg>`;
  const svg = picture('');
  const use = (level) => `<g id="l${level}">${`<use xlink:href="#l${level - 1}"/>`.repeat(10)}</g>`;
  const levels = [1, 2, 3, 4, 5, 6, 7, 8].map(use).join('');
  const logo = await hjemsvar.file('logo.svg', svg);
  const set = await hjemsvar.cli(['municipality', 'set', HELSINGOER, '--logo', logo]);
  assert.equal(set.code, 0, set.stderr);
  const { out } = await letters('logo.pdf');
  await tool('pdftoppm', '-r', '25.4', '-gray', '-x', '20', '-y', '14', '-W', '70', '-H', '18', out, path('logo'));
  const pixels = (await readFile(path('logo-1.pgm'))).subarray(-70 * 18);
  assert.ok(pixels[70 * 9 + 65] < 40, 'the rectangle of the logo');
  assert.ok(pixels[70 * 9 + 30] > 240, 'what it refers to is not there');
  const refused = [
    ['noise.png', Buffer.from('89504e470d0a1a0a00000000', 'hex')],
    ['noise.svg', 'This is no picture.'],
    ['large.svg', svg + ' '.repeat(300_000)],
    ['outside.svg', picture(`<image xlink:href="http://127.0.0.1:${port}/logo.png" width="9" height="9"/>`)],
    ['file.svg', picture(`<image xlink:href="file://${secret}" width="9" height="9"/>`)],
    ['script.svg', picture('<script>alert(1)</script>')],
    ['billion.svg', picture(`<g id="l0"><path d="M0 0h1v1z"/></g>${levels}`)],
  ];
  for (const [name, bytes] of refused) {
    const done = await hjemsvar.cli(['municipality', 'set', HELSINGOER, '--logo', await hjemsvar.file(name, bytes)]);
    assert.equal(done.code, 65, `${name}: ${done.stderr}`);
    assert.match(done.stderr, /hint: /);
  }
  outside.close();
  assert.equal(asked, 0, 'a logo asked somebody');
  await hjemsvar.ok('municipality', 'set', HELSINGOER, '--logo', await hjemsvar.file('no.svg', ''));
  assert.equal((await hjemsvar.json('municipality', 'show', HELSINGOER)).logo, null);
});

// ---- its other shapes

test('a poster is readable from afar, on A4 and on A5', async () => {
  for (const [paper, size] of [['a4', A4], ['a5', /419\.\d+ x 595\.\d+ pts/]]) {
    const { out } = await letters(`poster-${paper}.pdf`, '--poster', paper);
    const info = await tool('pdfinfo', out);
    assert.match(info, size);
    assert.match(info, /Pages: +1\n/);
    const [link] = await codesOf(out, 60);
    await opens(link);
    assert.match(await textOf(out), /Har I haft besøg af en hjemmepædagog\?/);
  }
});

test('the letter as a page is sound HTML, accessible, and prints on one sheet', async () => {
  const { out } = await letters('letter.html', '--html');
  const html = await readFile(out, 'utf8');
  const browser = await launch();
  try {
    const page = await (await browser.newContext()).newPage();
    const asked = [];
    page.on('request', (sent) => asked.push(sent.url()));
    await page.goto(`file://${out}`);
    page.served = { text: async () => html };
    assert.deepEqual(await faults(page), []);
    assert.deepEqual(await barriers(page), []);
    assert.equal(asked.filter((url) => !url.startsWith('data:')).length, 1, asked.join(' '));
    assert.equal(await page.locator('[lang=ar]').first().getAttribute('dir'), 'rtl');
    assert.equal(await page.locator('a.link').getAttribute('href'), `${server.respondents}/S/${code}`);
    await writeFile(path('page.pdf'), await page.pdf({ preferCSSPageSize: true, printBackground: false }));
  } finally {
    await browser.close();
  }
  assert.match(await tool('pdfinfo', path('page.pdf')), /Pages: +1\n/);
  const [link] = await codesOf(path('page.pdf'));
  await opens(link);
  const text = await textOf(path('page.pdf'));
  for (const sentence of SENTENCES) {
    assert.ok(text.includes(sentence), sentence);
  }
});

test('the letter as text holds the link and the sentences', async () => {
  const { out } = await letters('letter.txt', '--text');
  const text = await readFile(out, 'utf8');
  for (const sentence of [...SENTENCES, `${server.respondents}/S/${code}`, 'Anne Holm']) {
    assert.ok(text.includes(sentence), sentence);
  }
});

// ---- what is kept

test('letters made are counted, posters and test prints are not, and no recipient is kept', async () => {
  const made = await hjemsvar.createRound();
  const ask = (...words) => ['letters', '--round', made.round, '--municipality', HELSINGOER, '--out', path('counted'), ...words];
  for (const words of [[], [], ['--html'], ['--poster', 'a4'], ['--test-print'], ['--text']]) {
    assert.equal((await hjemsvar.cli(ask(...words))).code, 0);
  }
  const rows = await hjemsvar.sql(`SELECT municipality, sum(letters), bool_and(staff IS NULL) FROM letter_print WHERE round = ${made.round} GROUP BY 1`);
  assert.deepEqual(rows, [[HELSINGOER, '3', 't']]);
});
