// Definitions as files: what an editor's schema, `questionnaire check` and diff make of them. No
// database.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import Ajv2020 from 'ajv/dist/2020.js';

import { build, checkout, run } from './lib/hjemsvar.mjs';

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
