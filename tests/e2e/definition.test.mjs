// Definitions as files: what an editor's schema, `questionnaire check`, diff, import, export and
// preview make of them. No database but for one form that is answered.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import Ajv2020 from 'ajv/dist/2020.js';

import { barriers, faults, picture } from './lib/browser.mjs';
import { csvObjects } from './lib/csv.mjs';
import { build, checkout, run } from './lib/hjemsvar.mjs';
import { Stage } from './lib/phone.mjs';
import { request } from './lib/server.mjs';

const program = join(build, 'hjemsvar');
const fixtures = join(checkout, 'tests/fixtures/questionnaires');
const examples = join(checkout, 'docs/examples');
const read = (path) => readFile(path, 'utf8');

const bilag8 = join(checkout, 'templates/questionnaires/bilag8.json');
const env = { PATH: process.env.PATH, HJEMSVAR_SHARE_DIR: checkout };

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hv-definition-'));
});
after(() => rm(folder, { recursive: true }));

const hjemsvar = (...words) => run(program, ['questionnaire', ...words], { env });

async function write(name, value) {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(value, null, 2));
  return path;
}

/** A definition after a change of its own. */
async function changed(path, name, change) {
  const definition = JSON.parse(await read(path));
  change(definition);
  return write(name, definition);
}

async function jsonFiles(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('translation_'));
  assert.ok(names.length >= 3, folder);
  return names.sort();
}

// ---- the schema

const schema = JSON.parse(await read(join(checkout, 'docs/questionnaire.schema.json')));
const fits = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(schema);

const scored = join(fixtures, 'good/scores.json');

/** Whether a file is JSON that the schema lets pass. */
async function passes(path) {
  try {
    return fits(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return false;
    throw error;
  }
}

test('the schema and check let the same good definitions pass', async () => {
  const good = [
    bilag8,
    ...['ishoej', 'sdq', 'sdq-subscales'].map((id) => join(checkout, `templates/questionnaires/${id}.json`)),
    ...(await jsonFiles(join(fixtures, 'good'))).map((name) => join(fixtures, 'good', name)),
    ...(await jsonFiles(examples)).map((name) => join(examples, name)),
  ];
  for (const path of good) {
    assert.ok(await passes(path), `${path}: ${JSON.stringify(fits.errors)}`);
    const done = await hjemsvar('check', path);
    assert.equal(done.code, 0, `${path}: ${done.stderr}`);
  }
});

test('the schema refuses every bad definition but those that are beyond a schema', async () => {
  const beyond = (await read(join(fixtures, 'bad/beyond_schema.txt'))).match(/^ {2}\w+$/gm).map((line) => line.trim());
  const passed = [];
  for (const name of await jsonFiles(join(fixtures, 'bad'))) {
    if (await passes(join(fixtures, 'bad', name))) passed.push(name.replace('.json', ''));
  }
  assert.deepEqual(passed, beyond.sort());
});

// ---- the schema of translations

const translates = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(
  JSON.parse(await read(join(checkout, 'docs/translation.schema.json'))),
);

test('the schema of translations and check let the same good ones pass, and refuse the bad', async () => {
  const list = async (of) =>
    (await readdir(join(fixtures, of))).filter((name) => /^translation_.*\.json$/.test(name)).map((name) => join(fixtures, of, name));
  const shipped = join(checkout, 'templates/translations');
  const small = join(fixtures, 'good/small.json');
  const good = [...(await list('good')), ...(await readdir(shipped)).map((name) => join(shipped, name))];
  const bad = await list('bad');
  assert.ok(good.length > 4 && bad.length > 14);
  const takes = async (path) => {
    try {
      return translates(JSON.parse(await read(path)));
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  };
  for (const path of good) {
    assert.ok(await takes(path), `${path}: ${JSON.stringify(translates.errors)}`);
    const done = await hjemsvar('check', ...(path.includes('small') ? [small] : []), path);
    assert.equal(done.code, 0, `${path}: ${done.stderr}`);
  }
  const beyond = (await read(join(fixtures, 'bad/beyond_translation_schema.txt'))).match(/^ {2}\w+$/gm).map((line) => line.trim());
  const passed = [];
  for (const path of bad) {
    assert.equal((await hjemsvar('check', small, path)).code, 65, path);
    if (await takes(path)) passed.push(path.split('/').pop().replace('.json', ''));
  }
  assert.deepEqual(passed.sort(), beyond.sort());
});

// ---- what checks say in another language

test('every sentence of the checks has its Danish', async () => {
  const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const patterns = Object.keys(JSON.parse(await read(join(checkout, 'templates/check_words/da.json')))).map(
    (pattern) => new RegExp(`^${pattern.split(/<[a-z_]+>/).map(escape).join('.*')}$`),
  );
  // What is put together from pieces that stand for themselves.
  const pieced = ['question "x" is never asked: xx', 'it has no wordsx', 'xxx (x)', 'a small letter a-z, then at most x of a-z, 0-9, _x'];
  const where = join(checkout, 'server/survey');
  const names = (await readdir(where)).filter((name) => /^(reader|definition.*|translation|lint|xlsform.*)\.c$/.test(name));
  const call = /(?:_complain|complaints_add|xlsform_refuse|xlsform_note|\bwarn|\bfail|\bremark)\((?:[^;"]*?)(?:"\$[^"]*",\s*)?"((?:[^"\\]|\\.)*)"/g;
  const unsaid = [];
  let seen = 0;
  for (const name of names) {
    const source = (await read(join(where, name))).replace(/"\s*\n\s*"/g, '');
    for (const [, literal] of source.matchAll(call)) {
      const text = literal.replace(/\\"/g, '"').replace(/\\xE2\\x80\\xA6/g, '…');
      for (const half of text.split('; hint: ')) {
        // A hole right behind a word is a hint from elsewhere.
        const said = half.replace(/(?<=["a-z])%s$/, '').replace(/%(?:\.\*)?(?:zu|lld|ld|d|s)/g, 'x');
        if (!/[a-z]{3,} |[a-z] [a-z]/.test(said)) continue;
        seen++;
        if (!pieced.includes(said) && !patterns.some((pattern) => pattern.test(said))) unsaid.push(`${name}: ${said}`);
      }
    }
  }
  assert.ok(seen > 120, `${seen} sentences were found`);
  assert.deepEqual(unsaid, []);
});

test('the schema and check agree on the names that are taken', async () => {
  const taken = schema.$defs.field.not.enum;
  const question = (id) => ({ id, kind: 'text', text: { ours: 'x' }, max: 5 });
  const definition = {
    id: 'names',
    version: 1,
    language: 'da',
    title: { ours: 'x' },
    sections: [{ id: 'a', questions: [...taken, 'free'].map(question) }],
  };
  const done = await hjemsvar('check', await write('names.json', definition));
  assert.equal(done.code, 65);
  const told = [...done.stderr.matchAll(/the name "(\w+)" is taken/g)].map(([, name]) => name);
  assert.deepEqual(told.sort(), [...taken].sort());
});

test('every key of the schema says what it is for, and every key of the guide is in it', async () => {
  const keys = new Set();
  const dumb = [];
  const told = (value) => value.title || value.description || (value.$ref && told(schema.$defs[value.$ref.split('/').pop()]));
  const walk = (value, path) => {
    if (value === null || typeof value !== 'object') return;
    const named = path.endsWith('/properties') && !/\/(if|not)\//.test(path);
    for (const [key, inner] of Object.entries(value)) {
      if (named) {
        keys.add(key);
        if (!told(inner) && !inner.oneOf?.every(told)) dumb.push(`${path}/${key}`);
      }
      walk(inner, `${path}/${key}`);
    }
  };
  walk(schema, '');
  assert.deepEqual(dumb.filter((path) => !path.endsWith('/as') && !path.endsWith('/code')), []);
  const guide = await read(join(checkout, 'docs/questionnaires.md'));
  const format = guide.slice(guide.indexOf('### The questionnaire'), guide.indexOf('## Translations'));
  const rows = [...format.matchAll(/^\| ((?:`[\w$]+`(?:, )?)+) \|/gm)].flatMap(([, cell]) => cell.match(/[\w$]+/g));
  const values = ['respondent', 'household', 'opinion', 'words'];
  assert.ok(rows.length > 30);
  assert.deepEqual(rows.filter((key) => !keys.has(key) && !values.includes(key)), []);
});

test('the guide shows the first example as it is', async () => {
  const guide = await read(join(checkout, 'docs/questionnaires.md'));
  assert.ok(guide.includes(`\n${await read(join(examples, 'visit.json'))}\`\`\`\n`));
  for (const name of await jsonFiles(examples)) {
    assert.ok(guide.includes(`(examples/${name})`), name);
  }
});

// ---- warnings

const warningsOf = (done) => done.stderr.match(/^.* warning: .*$/gm) ?? [];

test('check warns without failing, and fails with --strict', async () => {
  const path = await changed(join(examples, 'course.json'), 'warned.json', ({ sections }) => {
    delete sections[1].questions[0].high;
    sections[2].questions[0].only_if.is = [1, 2, 3, 8];
  });
  const done = await hjemsvar('check', path);
  assert.equal(done.code, 0, done.stderr);
  const line = JSON.stringify(JSON.parse(await read(path)), null, 2).split('\n').findIndex((l) => l.includes('"before"'));
  const [scale, filter] = [/no words at its largest number; hint: /, /every answer to "ideas" leads to "missing"; hint: /];
  assert.match(done.stderr, new RegExp(`^${path}:${line}: \\$\\.sections\\[1\\]\\.questions\\[0\\]: warning: `, 'm'));
  for (const wanted of [scale, filter]) assert.match(done.stderr, wanted);
  assert.match(done.stdout, /^to read: \d+ words, \d:\d\d minutes at 238 words a minute, \d:\d\d at 175$/m);
  const strict = await hjemsvar('check', path, '--strict');
  assert.equal(strict.code, 65);
  assert.match(strict.stderr, /^hjemsvar: \d+ warnings; hint: /m);
  const { warnings, reading } = JSON.parse((await hjemsvar('check', path, '--json')).stdout);
  const kinds = warnings.map(({ kind }) => kind);
  assert.deepEqual(kinds.slice(0, 2), ['filter_always', 'scale_without_end']);
  assert.equal(warnings[1].line, line);
  assert.ok(reading.one_child.words > 50 && reading.one_child.seconds_slow > reading.one_child.seconds);
});

test('check tells which languages of the pages a questionnaire lacks', async () => {
  const lone = warningsOf(await hjemsvar('check', join(examples, 'visit.json')));
  assert.deepEqual(lone.map((line) => /speak "(\w+)"/.exec(line)[1]), ['ar', 'en', 'uk']);
  const done = await hjemsvar('check', bilag8, '--strict');
  assert.equal(done.code, 0, done.stderr);
  assert.equal(done.stderr, '', 'Bilag 8 has a translation for each, and nothing else to warn of');
});

// ---- versions

test('diff tells what keeps two versions from being compared, and what does not', async () => {
  const hint = await changed(join(examples, 'course.json'), 'hint.json', (definition) => {
    definition.version = 2;
    definition.sections[1].questions[2].hint.ours = 'Tænk på de seneste 2 uger.';
  });
  const course = join(examples, 'course.json');
  const harmless = await hjemsvar('diff', course, hint, '--strict');
  assert.equal(harmless.code, 0, harmless.stderr);
  assert.match(harmless.stdout, /^course version 1, course version 2: 1 change, 0 of them break comparability\nmay be compared\n {2}ideas: another hint\n/);
  const codes = await changed(hint, 'codes.json', (definition) => {
    definition.choices.agreement.reverse();
    definition.sections[1].questions[1].max = 7;
  });
  const done = await hjemsvar('diff', course, codes);
  assert.equal(done.code, 0);
  assert.match(done.stdout, /\nnot to be compared\n(.*\n)*may be compared\n/);
  assert.match(done.stdout, /^ {2}after: other numbers\n {4}- 1-10\n {4}\+ 1-7$/m);
  assert.equal((await hjemsvar('diff', course, codes, '--strict')).code, 65);
  const { comparable, changes } = JSON.parse((await hjemsvar('diff', course, codes, '--json')).stdout);
  assert.equal(comparable, false);
  assert.deepEqual(changes.map(({ kind, breaks, question }) => [kind, breaks, question]), [
    ['range', true, 'after'],
    ['hint', false, 'ideas'],
    ['choice_order', true, 'ideas'],
  ]);
  assert.match((await hjemsvar('diff', course, course)).stdout, /: the same\n$/);
  assert.equal((await hjemsvar('diff', course, '/nowhere.json')).code, 74);
});

// ---- XLSForm

const forms = join(checkout, 'tests/fixtures/xlsforms');

async function roundTrip(path, translations) {
  const [book, back] = [join(folder, 'form.xlsx'), join(folder, 'back.json')];
  const out = await hjemsvar('export', path, ...translations, '--format', 'xlsform', '--out', book);
  assert.equal(out.code, 0, out.stderr);
  const into = await hjemsvar('import', book, '--out', back);
  assert.equal(into.code, 0, into.stderr);
  assert.equal(into.stderr, '', 'nothing was left out');
  const { $schema, ...definition } = JSON.parse(await read(path));
  assert.deepEqual(JSON.parse(await read(back)), definition, path);
}

test('a definition comes back from an XLSForm as it was, Bilag 8 with its translations', async () => {
  const languages = ['ar', 'en', 'uk'];
  const paths = languages.map((language) => join(checkout, `templates/translations/bilag8.${language}.json`));
  await roundTrip(bilag8, paths);
  for (const [i, language] of languages.entries()) {
    const back = JSON.parse(await read(join(folder, `back.${language}.json`)));
    assert.deepEqual(back, JSON.parse(await read(paths[i])), language);
  }
  const ishoej = join(checkout, 'templates/questionnaires/ishoej.json');
  const good = (await jsonFiles(join(fixtures, 'good'))).map((name) => join(fixtures, 'good', name));
  const siblings = join(fixtures, 'good/siblings.json');
  const personal = join(fixtures, 'good/personal.json');
  for (const path of [...(await jsonFiles(examples)).map((name) => join(examples, name)), ishoej, ...good]) {
    if (path !== siblings && path !== personal && path !== scored) await roundTrip(path, []);
  }
  const lost = await hjemsvar('export', personal, '--format', 'xlsform', '--out', join(folder, 'lost.xlsx'));
  assert.equal(lost.code, 65);
  assert.match(lost.stderr, /come back as an anonymous one/);
});

test('a form for other programs says that it has no place for scores', async () => {
  const [book, back] = [join(folder, 'scored.xlsx'), join(folder, 'scored.json')];
  const out = await hjemsvar('export', scored, '--format', 'xlsform', '--out', book);
  assert.equal(out.code, 0);
  assert.match(out.stderr, /scores have no place in a form of XLSForm; hint: /);
  assert.equal((await hjemsvar('import', book, '--out', back)).code, 0);
  assert.match((await hjemsvar('diff', scored, back)).stdout, /score total: is worked out otherwise/);
});

test('norms are checked by themselves and beside the questionnaire that names them', async () => {
  const norms = join(checkout, 'templates/norms/sdq-gb.json');
  assert.match((await hjemsvar('check', norms)).stdout, /^norms sdq-gb \(GB\): 4 bands, 3 tables\n$/);
  const gap = await changed(norms, 'gap.json', ({ tables }) => { tables[1].scores.total[1][0] = 15; });
  const done = await hjemsvar('check', gap);
  assert.equal(done.code, 65);
  assert.match(done.stderr, /gap\.json:\d+: \$\.tables\[1\]\.scores\.total: the limits leave out a number/);
  const half = await changed(join(checkout, 'templates/questionnaires/sdq.json'), 'half.json',
    ({ scores }) => { scores.norms.called = { 1: 'parent' }; });
  assert.match((await hjemsvar('check', half)).stderr, /half\.json: \$\.scores\.norms\.called: nothing says what the norms call answer 2 of question "udfylder"/);
  assert.match((await hjemsvar('check', scored)).stderr, /no norms "maal-dk" yet: scores will have no bands; hint: /);
});

test('a named list whose choices open fields comes back as the question\'s own, and asks the same', async () => {
  const siblings = join(fixtures, 'good/siblings.json');
  const [book, back] = [join(folder, 'siblings.xlsx'), join(folder, 'siblings.json')];
  assert.equal((await hjemsvar('export', siblings, '--format', 'xlsform', '--out', book)).code, 0);
  assert.equal((await hjemsvar('import', book, '--out', back)).code, 0);
  assert.match((await hjemsvar('diff', siblings, back)).stdout, /: the same\n$/);
});

test('what a form asks that has no counterpart is refused by sheet, row and column', async () => {
  const [form, out] = [join(forms, 'household_visit_refused.xlsx'), join(folder, 'refused.json')];
  const done = await hjemsvar('import', form, '--out', out);
  assert.equal(done.code, 65);
  await assert.rejects(read(out), { code: 'ENOENT' });
  const refused = done.stderr.split('\n').filter((line) => line.startsWith(form) && !line.includes(': note: '));
  assert.deepEqual(
    refused.map((line) => /survey!(\w+) \((\w+)\): .+; hint: .+$/.exec(line.slice(form.length + 2)).slice(1)),
    [['A14', 'type'], ['A15', 'type']],
  );
  assert.doesNotMatch(done.stderr, /: note: /, 'what was taken otherwise is told once the form is taken');
  const { written, remarks } = JSON.parse((await hjemsvar('import', form, '--out', out, '--json')).stdout);
  assert.deepEqual(written, []);
  assert.equal(remarks.filter((remark) => remark.refused).length, refused.length);
  const leftOut = remarks.filter(({ message }) => message.startsWith('the row is left out: '));
  assert.deepEqual(leftOut.map(({ cell }) => cell), ['A2', 'A3', 'A22'], 'rows that ask nobody anything');
  for (const [path, code] of [[bilag8, 65], ['/nowhere.xlsx', 74]]) {
    const wrong = await hjemsvar('import', path, '--out', out);
    assert.equal(wrong.code, code, path);
    assert.match(wrong.stderr, /^hjemsvar: .*; hint: .*\n$/);
  }
});

test('the variables of a questionnaire are written as DDI, without any counts', async () => {
  const path = join(folder, 'ddi.xml');
  const done = await hjemsvar('export', bilag8, '--format', 'ddi', '--out', path);
  assert.equal(done.code, 0, done.stderr);
  const xml = await read(path);
  assert.match(xml, /<titl>Spørgeskema til forældre<\/titl>\s*<IDNo>bilag8 1<\/IDNo>/);
  assert.match(xml, /<var ID="W\.q5_1" name="q5_1" intrvl="discrete">/);
  assert.match(xml, /<catValu>1<\/catValu>\s*<labl>meget enig<\/labl>/);
  assert.doesNotMatch(xml, /catStat|sumStat|fileDscr|\bfiles=/);
  const seen = await run('xmllint', ['--noout', path]);
  assert.equal(seen.code, 0, seen.stderr);
  const wrong = await hjemsvar('export', bilag8, '--format', 'docx', '--out', path);
  assert.equal(wrong.code, 64);
});

// ---- in a browser

describe('in a browser', () => {
  let stage;
  before(async () => {
    stage = await Stage.create();
  });
  after(() => stage?.close());

  test('a form from elsewhere is imported, answered and exported for SPSS', async () => {
    const path = join(folder, 'household_visit.json');
    const cli = (...words) => stage.hjemsvar.json(...words);
    const { written } = await cli('questionnaire', 'import', join(forms, 'household_visit.xlsx'), '--out', path);
    assert.deepEqual(written, [path, join(folder, 'household_visit.fr.json')]);
    for (const file of written) await cli('questionnaire', 'add', file);
    await cli('questionnaire', 'approve', 'household_visit', '--language', 'fr');
    const { round, links } = await cli(
      'round', 'create', '--questionnaire', 'household_visit', '--title', 'Visits', '--municipality', '217', '--languages', 'en,fr',
    );
    await stage.open(links[0].code);
    const parent = await stage.parent();
    await parent.open(`${stage.server.respondents}/S/${links[0].code}`);
    assert.match(await parent.read(), /Thank you for taking part in this household visit survey\./);
    await parent.walk({
      respondent_relation: 3,
      relation_other: 'Grandmother',
      children_count: 2,
      vaccinated_1: 1,
      vaccinated_2: 2,
      saw_nurse_2: 1,
      satisfaction: 4,
      why_low: 2,
      comments: 'More time',
    });
    const lines = await parent.lines();
    assert.ok(!('saw_nurse_1' in lines), 'asked only of a child that is not vaccinated');
    assert.equal(lines.saw_nurse_2, 'Yes');
    await parent.press('send');
    await parent.thanked();
    await parent.leave();
    const where = join(folder, 'visits.sav');
    await stage.hjemsvar.ok('answers', 'export', '--round', round, '--format', 'sav', '--profile', 'internal', '--out', where);
    await writeFile(join(folder, 'read.sps'), `GET FILE="${where}".
SAVE TRANSLATE /OUTFILE="${folder}/visits.csv" /TYPE=CSV /REPLACE /FIELDNAMES /CELLS=LABELS.
`);
    const said = await run('pspp', ['-O', 'format=txt', join(folder, 'read.sps')], { cwd: folder });
    assert.equal(said.code, 0, said.stdout + said.stderr);
    const [row] = csvObjects((await read(join(folder, 'visits.csv'))).replace(/\r?\n/g, '\r\n'));
    const { respondent_relation, relation_other, vaccinated_2, saw_nurse_2, satisfaction, why_low, comments } = row;
    assert.deepEqual(
      [respondent_relation, relation_other, vaccinated_2, saw_nurse_2, satisfaction, why_low, comments].map((cell) => cell.trim()),
      ['Someone else', 'Grandmother', 'No', 'Yes', '4', 'Advice', 'More time'],
    );
  });

  // The address of a preview, and what ends it.
  async function preview(...words) {
    const child = spawn(program, ['questionnaire', 'preview', ...words, '--listen', '127.0.0.1:0'], { env });
    const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve([code, signal])));
    const url = await new Promise((resolve, reject) => {
      child.stdout.once('data', (piece) => resolve(String(piece).trim()));
      ended.then(([code]) => reject(new Error(`the preview ended with ${code}`)));
    });
    const end = () => {
      child.kill('SIGINT');
      return ended;
    };
    return { url, end };
  }

  test('a preview shows the real pages, says on each that nothing is stored, and needs no database', async () => {
    const { url, end } = await preview(bilag8);
    const said = { da: /Forhåndsvisning: Intet/, en: /Preview: nothing/, ar: /معاينة/ };
    for (const javaScriptEnabled of [true, false]) {
      const parent = await stage.parent({ javaScriptEnabled });
      await parent.open(url);
      const banner = async () => assert.match(await parent.read(), said.da);
      await parent.walk({ q1: 2, q3: 1, q4_1: 1, q5_1: 1, q9: 9 }, undefined, banner);
      if (javaScriptEnabled) {
        await picture(parent.page, 'preview');
        assert.deepEqual(await barriers(parent.page), []);
        assert.deepEqual(await faults(parent.page), []);
      }
      await parent.press('send');
      await parent.thanked();
      await banner();
      await parent.leave();
    }
    for (const [path, language] of [['?lang=en', 'en'], ['?lang=ar', 'ar'], ['/withdraw', 'da']]) {
      assert.match((await request(url, new URL(url).pathname + path)).text, said[language], path);
    }
    for (const path of ['/', '/privacy', '/S/0000000', '/S/00000000000', '/nowhere']) {
      assert.match((await request(url, path)).text, said.da, path);
    }
    assert.deepEqual(await end(), [0, null]);
  });

  test('a questionnaire that asks nothing for each child has its pages, too', async () => {
    const { url, end } = await preview(join(examples, 'course.json'));
    const parent = await stage.parent();
    await parent.open(url);
    assert.match(await parent.read(), /gennemføres af …/, 'who asks is left open');
    await parent.walk({ who: 1, alone: 2, before: 9, after: 3, ideas: 3, missing: 'Tid' });
    assert.equal((await parent.lines()).missing, 'Tid');
    await parent.press('send');
    await parent.thanked();
    await parent.leave();
    assert.deepEqual(await end(), [0, null]);
  });

  test('a preview where somebody listens already says how to have another address', async () => {
    const { url, end } = await preview(join(examples, 'course.json'));
    const done = await hjemsvar('preview', join(examples, 'course.json'), '--listen', new URL(url).host);
    assert.notEqual(done.code, 0);
    assert.match(done.stderr, /cannot listen on .*; hint: .*port 0 takes any that is free/);
    assert.deepEqual(await end(), [0, null]);
  });

  test('a preview of a definition with faults tells them and ends', async () => {
    const done = await hjemsvar('preview', join(fixtures, 'bad/unknown_key.json'), '--listen', '127.0.0.1:0');
    assert.equal(done.code, 65);
    assert.match(done.stderr, /unknown_key\.json:\d+: \$/);
  });
});
