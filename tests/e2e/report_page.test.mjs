// How the report looks: as a page on a phone, a wide screen, a dark one and paper, as a PDF, a workbook
// and pictures, in Danish and English; the same numbers in all of them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { barriers, faults, launch, newPhone, picture, sticksOut } from './lib/browser.mjs';
import { csvOf } from './lib/csv.mjs';
import { courseSheet, exampleAnswers, publishedMeans } from './lib/example.mjs';
import { Hjemsvar } from './lib/hjemsvar.mjs';
import { importOk } from './lib/transfer.mjs';

const run = promisify(execFile);
const Q5 =
  '5. Hvor enig er du i, at tilknytningen af en hjemmepædagog har bidraget til en positiv udvikling ' +
  'for dit barn?';
const Q7 = 'Hvor enig er du i, at tilknytningen af en hjemmepædagog har bidraget til bedre rammer i jeres familie?';

let hjemsvar;
let browser;
let round;

before(async () => {
  [hjemsvar, browser] = await Promise.all([Hjemsvar.create(), launch()]);
  ({ round } = await hjemsvar.createRound('--municipality', '101,217,479,787'));
  await importOk(hjemsvar, round, csvOf(publishedMeans(await exampleAnswers())));
  const sheet = await hjemsvar.file('courses.csv', await courseSheet());
  await hjemsvar.ok('courses', 'import', sheet, '--round', round);
  await hjemsvar.ok('round', 'close', round);
  await hjemsvar.sql(`UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = ${round}`);
});

after(async () => {
  await browser?.close();
  await hjemsvar?.drop();
});

const words = (format, ...more) => ['report', '--round', round, '--format', format, ...more];

/** A report as a file; its path. */
async function file(name, format, ...more) {
  const path = await hjemsvar.file(name, '');
  await hjemsvar.ok(...words(format, ...more, '--out', path));
  return path;
}

async function open(path, options) {
  const page = await newPhone(browser, { javaScriptEnabled: false, ...options });
  await page.goto(pathToFileURL(path).href);
  return page;
}

const figure = (page, id) => page.locator(`section.figure[id="${id}"]`);

/** The numbers of a figure's table: a list of rows. */
const table = (page, id) =>
  figure(page, id)
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));

let internal;
const page = async (options) => open((internal ??= await file('internal.html', 'html', '--profile', 'internal')), options);

test('nothing sticks out of the page on a phone and at 400 %, and its HTML is valid', async () => {
  const shown = await page();
  await picture(shown, 'report-phone');
  assert.deepEqual(await faults(shown), []);
  assert.equal(await sticksOut(shown), false, 'sticks out on a phone');
  await shown.setViewportSize({ width: 320, height: 256 });
  assert.equal(await sticksOut(shown), false, 'sticks out at 400 %');
});

test('the page shows its numbers with N, period and source, and asks for nothing else', async () => {
  const shown = await page();
  assert.deepEqual(shown.requests, []);
  assert.equal(await figure(shown, 'q5').locator('h3').textContent(), `Figur 2 ${Q5}`);
  assert.match(await figure(shown, 'q5').textContent(), /N = 80 børn, som 71 forældre har svaret for/);
  assert.deepEqual((await table(shown, 'q5')).at(-1), ['I alt', '80', '100\u00a0%']);
  assert.deepEqual((await table(shown, 'q9-means'))[0].slice(0, 4), ['Alle', '71', '8,5', '8,8']);
  const sources = shown.locator('.source');
  for (const source of await sources.allTextContents()) {
    assert.match(source, /^Svar modtaget .*; forløb afsluttet .* Kilde/);
  }
  assert.ok((await sources.count()) > 20);
});

test('one of two pictures of a figure is shown, and none where there is a table alone', async () => {
  const shown = await page();
  const pictures = async (id) => {
    const all = await figure(shown, id).locator('svg').all();
    return (await Promise.all(all.map((one) => one.isVisible()))).filter(Boolean).length;
  };
  for (const width of [360, 1200]) {
    await shown.setViewportSize({ width, height: 800 });
    assert.deepEqual([await pictures('q5'), await pictures('q5-municipality'), await pictures('quality')], [1, 1, 0]);
  }
  await shown.emulateMedia({ media: 'print' });
  assert.equal(await pictures('q5-municipality'), 1);
});

test('a dark screen has light letters in its pictures, and paper dark ones whatever the screen', async () => {
  const shown = await page({ colorScheme: 'dark' });
  const fill = () =>
    figure(shown, 'q5').locator('svg text').first().evaluate((text) => getComputedStyle(text).fill);
  assert.equal(await fill(), 'rgb(245, 245, 245)');
  await shown.emulateMedia({ media: 'print' });
  assert.equal(await fill(), 'rgb(0, 0, 0)');
});

test('a published report is a release, whose page and PDF tell no more than its JSON', async () => {
  const html = await file('published.html', 'html', '--override-by', 'Bo Lind', '--override-why', 'Ikke nødvendigt');
  const shown = await open(html);
  const { figures } = JSON.parse(await hjemsvar.ok(...words('json', '--profile', 'published', '--release', '1')));
  const text = await shown.locator('main').innerText();
  assert.match(text, /Til offentliggørelse\./);
  assert.match(text, /Udgivelse\s+nr\. 1/);
  assert.match(text, /hverken enig eller uenig, uenig, meget uenig eller ved ikke/, 'answers that were put together');
  const rows = await table(shown, 'q5-municipality');
  const hidden = rows.flat().filter((cell) => cell === '·skjult eller ingen').length;
  const told = figures.q5.by.municipality;
  const nulls = told.flatMap(({ n, counts }) => [n, ...Object.values(counts)]).filter((n) => n === null).length;
  assert.ok(nulls > 0);
  assert.equal(hidden, nulls, 'hidden on the page as in the JSON');
  const pdf = await file('published.pdf', 'pdf', '--release', '1');
  const { stdout } = await run('pdftotext', ['-layout', pdf, '-']);
  assert.match(stdout, /Udgivelse +nr\. 1/);
});

test('axe finds nothing that hinders people, in the light and the dark', async () => {
  const small = await file('small.html', 'html', '--profile', 'internal', '--municipality', '787');
  const shown = await open(small);
  assert.deepEqual(await barriers(shown), []);
  await shown.setViewportSize({ width: 1200, height: 900 });
  assert.equal(await sticksOut(shown), false);
});

test('the PDF can be searched for title, figures and N', async () => {
  const pdf = await file('internal.pdf', 'pdf', '--profile', 'internal');
  const { stdout: info } = await run('pdfinfo', [pdf]);
  assert.match(info, /Page size: +595\.276 x 841\.89 pts \(A4\)/);
  assert.match(info, /Title: +Rapport: /);
  assert.match(info, /Tagged: +yes/);
  const { stdout } = await run('pdftotext', ['-raw', pdf, '-']);
  const flat = stdout.replaceAll(/\s+/g, ' ');
  assert.ok(flat.includes(Q5), 'question 5, letter for letter');
  assert.match(flat, /Figur 1 De vurderende spørgsmål/);
  assert.match(flat, /N = 80 børn, som 71 forældre har svaret for/);
});

test('every table is a sheet and every chart a picture', async () => {
  const xlsx = await file('tables.xlsx', 'xlsx', '--profile', 'internal');
  const { stdout: book } = await run('unzip', ['-p', xlsx, 'xl/workbook.xml']);
  assert.match(book, /name="Indhold".*name="Figur 1".*name="Figur 20"/s);
  const zip = await file('charts.zip', 'svg', '--profile', 'internal');
  const { stdout: names } = await run('unzip', ['-Z1', zip]);
  assert.match(names, /^01-overview\.svg\n02-q5\.svg\n/);
  const { stdout: svg } = await run('unzip', ['-p', zip, '02-q5.svg']);
  assert.match(svg, /role="img"/);
  assert.match(svg, /N = 80|meget enig/);
});

test('a report in English has the questions of the translation once somebody has approved it', async () => {
  const english = words('html', '--profile', 'internal', '--in', 'en');
  const before = await hjemsvar.cli(english);
  assert.equal(before.code, 0, before.stderr);
  assert.match(before.stderr, /no approved translation.*hint: hjemsvar questionnaire approve/);
  assert.ok(before.stdout.includes(Q7), 'Danish while nobody has approved it');
  await hjemsvar.ok('questionnaire', 'approve', 'bilag8', '--language', 'en');
  const after = await hjemsvar.cli(english);
  assert.equal(after.stderr, '');
  assert.ok(!after.stdout.includes(Q7));
  assert.match(after.stdout, /<html lang="en">/);
  assert.match(after.stdout, /N = 80 children, for whom 71 parents answered/);
});

test('a format or a language that there is not is named, with those that there are', async () => {
  const wrong = await hjemsvar.cli(words('docx'));
  assert.equal(wrong.code, 64);
  assert.match(wrong.stderr, /json, html, pdf, xlsx or svg/);
  const french = await hjemsvar.cli(words('html', '--in', 'fr'));
  assert.equal(french.code, 64);
  assert.match(french.stderr, /hint: da or en/);
});
