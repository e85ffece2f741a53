// Exports opened by the programs that people open them with: PSPP, R (haven), LibreOffice.
// What they read is compared with what the database holds.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { barriers, launch, newPhone, sticksOut } from './lib/browser.mjs';
import { csvObjects, csvOf, csvRows } from './lib/csv.mjs';
import { Hjemsvar, run } from './lib/hjemsvar.mjs';
import { answer, exportText, importOk } from './lib/transfer.mjs';

const long = 'Æblegrød på Ærø, ågerkål og øl. '.repeat(63).slice(0, 2000).trim();
const arabic = 'شكرا لكم، كانت المساعدة رائعة «جدا»';
const given = [
  answer({ q10: long, external_id: 'long', received_week: '2026-W40' }),
  answer({ q10: arabic, municipality_code: 217, language: 'ar', q9: 99, external_id: 'arabic' }),
  answer({ q10: 'linje 1\nlinje "2"; _x0041_ <b>&', q3: 2, q4_2: 2, q5_2: 9, q6_2: 8, external_id: 'lines' }),
  answer({ q10: '=1+1', q1: 3, q1_text: 'bedstemor på Ærø', q8_1: '', external_id: 'formula' }),
  answer({ q10: 'Ring 22 33 44 55 eller mor@example.dk', q9: 1, q9_first: 10, q9_check: 2, external_id: 'masked' }),
];

let hjemsvar;
let round;
let folder;
before(async () => {
  hjemsvar = await Hjemsvar.create();
  ({ round } = await hjemsvar.createRound());
  await importOk(hjemsvar, round, csvOf(given.map((row) => ({ received_week: '2026-W47', language: 'da', ...row }))));
  folder = join(hjemsvar.folder, 'exports');
  await mkdir(folder);
  await hjemsvar.ok(...words('zip'), '--out', join(folder, 'package.zip'));
  await tool('unzip', '-q', 'package.zip');
});
after(() => hjemsvar?.drop());

const words = (format, ...more) => [
  ...['answers', 'export', '--round', round, '--format', format, '--profile', 'internal'],
  ...more,
];

/** Runs a program in the folder of the package; gives stdout. */
async function tool(program, ...flags) {
  const env = { ...process.env, HOME: folder, LC_ALL: 'C.UTF-8' };
  const done = await run(program, flags, { env, cwd: folder });
  assert.equal(done.code, 0, `${program}: ${done.stderr}${done.stdout}`);
  return done.stdout;
}

/** What the database holds, by external id, as the wide columns say it. */
async function stored() {
  const rows = await hjemsvar.sql(
    `SELECT external_id, id, municipality, language, answers::text FROM submission WHERE round = ${round}`,
  );
  return Object.fromEntries(rows.map(([key, id, municipality, language, answers]) => [
    key, { id, municipality: Number(municipality), language, answers: JSON.parse(answers) },
  ]));
}

const masked = 'Ring [telefonnummer] eller [e-mailadresse]';
const shown = (key, answers) => (key === 'masked' ? masked : (answers.q10 ?? ''));

/** R code that prints an expression as JSON lines of base64, so that no quoting is lost. */
const rHead = `
library(haven)
text_of <- function(d, name) do.call(paste0, lapply(d[grep(paste0("^", name, "(_p[0-9]+)?$"), names(d))], as.character))
coded <- grep("^q([1-9]|[4-8]_[1-6])$", readLines("names.txt"), value = TRUE)
tell <- function(d, q10) for (i in seq_len(nrow(d))) {
  bytes <- paste(as.character(charToRaw(q10[i])), collapse = "")
  codes <- paste(coded, sapply(coded, function(name) as.numeric(d[[name]][i])), sep = "=", collapse = " ")
  cat(paste(d$external_id[i], d$response_id[i], as.numeric(d$municipality_code[i]), d$municipality[i], d$language[i], codes, bytes, sep = "|"), "\\n")
}
`;

async function r(code) {
  const [names] = csvRows(await readFile(join(folder, 'answers_wide.csv'), 'utf8'));
  await writeFile(join(folder, 'names.txt'), `${names.join('\n')}\n`);
  await writeFile(join(folder, 'test.R'), rHead + code);
  return tool('Rscript', '--vanilla', '--encoding=UTF-8', 'test.R');
}

async function expectRows(output) {
  const rows = output.split('\n').map((line) => line.trim()).filter((line) => line.includes('|'));
  const database = await stored();
  assert.equal(rows.length, Object.keys(database).length);
  for (const row of rows) {
    const [key, id, municipality, name, language, codes, hex] = row.split('|');
    const expected = database[key];
    assert.ok(expected, key);
    assert.equal(id, expected.id);
    assert.equal(Number(municipality), expected.municipality);
    assert.equal(name, expected.municipality === 101 ? 'København' : 'Helsingør');
    assert.equal(language, expected.language);
    for (const [question, code] of codes.split(' ').map((pair) => pair.split('='))) {
      const answered = expected.answers[question];
      if (answered !== undefined) assert.equal(Number(code), answered, `${key} ${question}`);
      else assert.match(code, /^(NA|-1|9|99)$/, `${key} ${question}: nobody answered`);
    }
    assert.equal(Buffer.from(hex, 'hex').toString(), shown(key, expected.answers), key);
  }
}

test('R reads the .sav by haven: rows, æøå, Arabic and a 2,000-character comment as stored', async () => {
  await expectRows(await r('d <- read_sav("answers_wide.sav", user_na = TRUE); tell(d, text_of(d, "q10"))'));
});

test('R reads the .dta by haven the same way', async () => {
  await expectRows(await r('d <- read_dta("answers_wide.dta"); tell(d, text_of(d, "q10"))'));
});

test('R reads the CSV the same way, and with the syntax of the package', async () => {
  await expectRows(await r('d <- read.csv("answers_wide.csv", encoding = "UTF-8", colClasses = "character"); tell(d, d$q10)'));
  await expectRows(await r('source("read_wide.R", encoding = "UTF-8"); tell(answers, as.character(answers$q10))'));
});

test('labels and missing codes reach R: not asked and not answered differ, ved ikke is an answer', async () => {
  const [lines] = Object.entries(await stored()).filter(([key]) => key === 'lines').map(([, row]) => row.id);
  const out = await r(`
for (d in list(read_sav("answers_wide.sav", user_na = TRUE), { source("read_wide.R", encoding = "UTF-8"); answers })) {
  labels <- attr(d$q5_2, "labels")
  cat("label", attr(d$q5_2, "label"), "\\n")
  cat("codes", paste(labels, names(labels), sep = "=", collapse = ";"), "\\n")
  cat("missing", paste(sort(attr(d$q5_2, "na_values")), collapse = " "), "\\n")
  cat("q5_2", as.numeric(d$q5_2[d$response_id == "${lines}"]), as.numeric(d$q5_3[d$response_id == "${lines}"]), "\\n")
  cat("ved ikke", sum(is.na(d$q6_2[d$response_id == "${lines}"])), "\\n")
}
d <- read_dta("answers_wide.dta")
one <- d[d$response_id == "${lines}", ]
cat("tags", na_tag(one$q5_2), na_tag(one$q5_3), as.numeric(one$q6_2), "\\n")
cat("stata", paste(names(attr(d$q5_2, "labels")), collapse = ";"), "\\n")
`);
  const all = (start) => out.split('\n').filter((line) => line.startsWith(start)).map((line) => line.trim());
  assert.deepEqual(all('label'), Array(2).fill('label Barn 2: Hvor enig er du i, at tilknytningen af en hjemmepædagog har bidraget til en positiv udvikling for dit barn?'));
  assert.deepEqual(all('codes'), Array(2).fill('codes 1=meget enig;2=enig;3=hverken enig eller uenig;4=uenig;5=meget uenig;8=ved ikke;9=Ikke besvaret;-1=Ikke stillet'));
  assert.deepEqual(all('missing'), Array(2).fill('missing -1 9'));
  assert.deepEqual(all('q5_2'), Array(2).fill('q5_2 9 -1'));
  assert.deepEqual(all('ved ikke'), Array(2).fill('ved ikke 0'));
  assert.deepEqual(all('tags'), ['tags b a 8']);
  assert.deepEqual(all('stata'), ['stata meget enig;enig;hverken enig eller uenig;uenig;meget uenig;ved ikke;Ikke stillet;Ikke besvaret']);
});

/** Rows of a CSV that PSPP writes of its active file. */
async function pspp(read) {
  await writeFile(join(folder, 'test.sps'), `${read}
SAVE TRANSLATE /OUTFILE="pspp.csv" /TYPE=CSV /REPLACE /FIELDNAMES /CELLS=VALUES /TEXTOPTIONS QUALIFIER='"' DELIMITER=",".
DISPLAY DICTIONARY.
`);
  const said = await tool('pspp', '-O', 'format=txt', '-O', 'width=400', 'test.sps');
  assert.doesNotMatch(said, /error|warning/i);
  const text = await readFile(join(folder, 'pspp.csv'), 'utf8');
  return { said, rows: csvObjects(text.replace(/\r?\n(?=[0-9a-f]{8}-|$)/g, '\r\n')) };
}

test('PSPP opens the .sav and runs the syntax of the package: values, labels, missing codes', async () => {
  const database = Object.values(await stored());
  for (const read of ['GET FILE="answers_wide.sav".', 'INSERT FILE="read_wide.sps".']) {
    const { said, rows } = await pspp(read);
    assert.equal(rows.length, database.length);
    for (const row of rows) {
      const [key, expected] = Object.entries(await stored()).find(([, { id }]) => id === row.response_id);
      const text = Object.keys(row).filter((name) => /^q10(_p\d+)?$/.test(name)).map((name) => row[name]).join('');
      const lines = read.startsWith('INSERT') ? shown(key, expected.answers).replaceAll('\n', ' ') : shown(key, expected.answers);
      assert.equal(text, lines, `${read} ${key}`);
      assert.equal(Number(row.q3), expected.answers.q3);
      assert.equal(Number(row.q5_3), -1);
    }
    for (const seen of [/q5_2[^\n]*(-1; 9|9; -1)/, /q9 [^\n]*[|]99 /, /Ikke stillet/, /hverken enig eller uenig/]) {
      assert.ok(seen.test(said), `${read} ${seen}`);
    }
  }
});

test('--weighted puts the weight on in the .sav', async () => {
  await hjemsvar.ok(...words('sav', '--weighted', '--out', join(folder, 'weighted.sav')));
  // PSPP 2 draws a box around it.
  const shown = { 'weighted.sav': /WEIGHT(?: is |\|)weight/, 'answers_wide.sav': /WEIGHT(?: is |\|)OFF/ };
  for (const [name, seen] of Object.entries(shown)) {
    await writeFile(join(folder, 'weight.sps'), `GET FILE="${name}".\nSHOW WEIGHT.\n`);
    assert.match(await tool('pspp', '-O', 'format=txt', 'weight.sps'), seen);
  }
});

test('LibreOffice opens the workbook: each cell as in the CSV, and a codebook', async () => {
  const filter = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1';
  for (const shape of ['wide', 'long']) {
    await tool('soffice', '--headless', `-env:UserInstallation=file://${folder}/office`, '--convert-to', filter, `answers_${shape}.xlsx`);
    const data = await readFile(join(folder, `answers_${shape}-Svar.csv`), 'utf8');
    const expected = csvRows(await readFile(join(folder, `answers_${shape}.csv`), 'utf8'));
    assert.deepEqual(csvRows(data.replace(/(?<!\r)\n(?=[0-9a-f]{8}-|$)/g, '\r\n')), expected);
    const codebook = await readFile(join(folder, `answers_${shape}-Kodebog.csv`), 'utf8');
    assert.match(codebook, /Hvor enig er du i/);
    assert.match(codebook, /Ikke stillet \(tom celle\)/);
  }
});

test('the codebook is a page without barriers, in the light and the dark, that fits a phone', async () => {
  const browser = await launch();
  try {
    const page = await newPhone(browser);
    await page.goto(`file://${folder}/codebook.html`);
    assert.deepEqual(await barriers(page, { dark: true }), []);
    assert.equal(await sticksOut(page), false);
  } finally {
    await browser.close();
  }
});

test('the long shape has a row a child, with the answers of that child', async () => {
  const rows = csvObjects(await exportText(hjemsvar, round, '--shape', 'long'));
  assert.equal(rows.length, 6);
  const two = rows.filter(({ external_id }) => external_id === 'lines');
  assert.deepEqual(two.map(({ child, q4, q5, q6, q8, q9 }) => [child, q4, q5, q6, q8, q9]), [
    ['1', '1', '1', '2', '8', '10'],
    ['2', '2', '9', '8', '', '10'],
  ]);
});

test('the same data give the same package, and its sums hold', async () => {
  await hjemsvar.cli(words('zip', '--out', join(folder, 'again.zip')), { env: { TZ: 'Asia/Tokyo' } });
  assert.deepEqual(await readFile(join(folder, 'again.zip')), await readFile(join(folder, 'package.zip')));
  for (const line of (await readFile(join(folder, 'SHA256SUMS'), 'utf8')).trim().split('\n')) {
    const [sum, name] = line.split('  ');
    assert.equal(createHash('sha256').update(await readFile(join(folder, name))).digest('hex'), sum, name);
  }
  assert.equal((await stat(join(folder, 'package.zip'))).mode & 0o777, 0o600);
});

test('filters: municipality, language and weeks; comments left out', async () => {
  const ids = async (...more) => csvObjects(await exportText(hjemsvar, round, ...more)).map((row) => row.external_id).sort();
  assert.deepEqual(await ids('--municipality', '217'), ['arabic']);
  assert.deepEqual(await ids('--language', 'ar,en'), ['arabic']);
  assert.deepEqual(await ids('--to', '2026-W40'), ['long']);
  assert.deepEqual(await ids('--from', '2026-W41', '--municipality', '101'), ['formula', 'lines', 'masked']);
  const [row] = csvObjects(await exportText(hjemsvar, round, '--comments', 'none'));
  assert.ok(!('q10' in row) && !('q1_text' in row) && 'q9' in row);
});

test('what cannot be is told with a hint: profile, shape, week, municipality, comments, language', async () => {
  const cases = [
    [['--profile', 'public'], 64, /anonymised/],
    [['--profile', 'anonymised'], 65, /round close/],
    [['--shape', 'tall'], 64, /wide/],
    [['--from', '2026-47'], 64, /2026-W47/],
    [['--from', '2026-Q4'], 64, /week/],
    [['--from', '2026-W47', '--to', '2026-W40'], 64, /later/],
    [['--municipality', '851'], 65, /round show/],
    [['--comments', 'all'], 64, /masked/],
    [['--language', 'dk'], 0, /not asked in "dk"/],
    [['--format', 'ods'], 64, /xlsx/],
  ];
  for (const [more, code, hint] of cases) {
    const flags = { '--round': round, '--format': 'csv', '--profile': 'internal' };
    for (let i = 0; i < more.length; i += 2) flags[more[i]] = more[i + 1];
    const done = await hjemsvar.cli(['answers', 'export', ...Object.entries(flags).flat()]);
    assert.equal(done.code, code, done.stderr);
    assert.match(done.stderr, /hint: /);
    assert.match(done.stderr, hint);
  }
});

test('a folder for scratch files that is not there is told, and nothing is left behind', async () => {
  const out = join(folder, 'never.sav');
  const done = await hjemsvar.cli(words('sav', '--out', out), { env: { TMPDIR: '/nowhere' } });
  assert.equal(done.code, 74);
  assert.match(done.stderr, /TMPDIR/);
  await assert.rejects(stat(out));
});
