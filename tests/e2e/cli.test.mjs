import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { csvObjects, csvOf, csvRows, csvWrite } from './lib/csv.mjs';
import { build, checkout, Hjemsvar, requiredSettings, run, sql } from './lib/hjemsvar.mjs';

const fixtures = join(checkout, 'tests/fixtures/questionnaires');
const program = join(build, 'hjemsvar');

let hjemsvar; // shared by tests that make rounds of their own
before(async () => {
  hjemsvar = await Hjemsvar.create();
});
after(() => hjemsvar?.drop());

/** A complete answer of a mother of one child in daycare. */
function answer(more = {}) {
  return {
    municipality_code: 101,
    q1: 2,
    q2: 1,
    q3: 1,
    q4_1: 1,
    q5_1: 1,
    q6_1: 2,
    q7: 3,
    q8_1: 8,
    q9: 10,
    ...more,
  };
}

async function importText(round, text, ...words) {
  return hjemsvar.cli(['answers', 'import', '-', '--round', round, ...words], { input: text });
}

async function importOk(round, text) {
  const done = await importText(round, text, '--json');
  assert.equal(done.code, 0, done.stderr);
  return JSON.parse(done.stdout);
}

function exportText(round, ...words) {
  const all = words.includes('--format') ? words : ['--format', 'csv', ...words];
  return hjemsvar.ok('answers', 'export', '--round', round, '--profile', 'internal', ...all);
}

async function exportObjects(round) {
  return csvObjects(await exportText(round));
}

// ---- the command line itself

test('a wrong command line is exit 64 and one line that says what and how', async () => {
  const cases = [
    [[], 'no command'],
    [['rounds', 'list'], '"rounds"'],
    [['round'], 'round what?'],
    [['round', 'destroy'], '"destroy"'],
    [['round', 'list', '--verbose'], '--verbose'],
    [['round', 'list', '-v'], '-v'],
    [['round', 'list', 'now'], 'now'],
    [['round', 'list', '--json', '--json'], '--json'],
    [['round', 'list', '--json=yes'], '--json'],
    [['round', 'show'], 'argument'],
    [['round', 'show', 'one'], '"one"'],
    [['round', 'show', '0'], '"0"'],
    [['round', 'create', '--title'], '--title'],
    [['round', 'create', '--title', 'T'], '--questionnaire'],
    [['round', 'create', '--title', 'T', '--questionnaire', 'bilag8', '--municipality', '1,2'], '"1"'],
    [['settings', 'set', 'controller'], 'argument'],
    [['qr', '--round', '1', '--municipality', '101', '--format', 'gif'], '"gif"'],
    [['answers', 'export', '--round', '1', '--format', 'sav', '--profile', 'internal'], 'sav'],
    [['answers', 'export', '--round', '1', '--format', 'csv', '--profile', 'anonymised'], 'anonymised'],
    [['answers', 'export', '--round', '1', '--format', 'jsonl', '--profile', 'internal', '--dialect', 'excel'], '--dialect'],
    [['answers', 'export', '--round', '1', '--format', 'csv'], '--profile'],
  ];
  for (const [words, what] of cases) {
    const done = await hjemsvar.cli(words);
    const name = words.join(' ');
    assert.equal(done.code, 64, `${name}: ${done.stderr}`);
    assert.equal(done.stdout, '', name);
    assert.match(done.stderr, /^hjemsvar: [^\n]+; hint: [^\n]+\n$/, name);
    assert.ok(done.stderr.includes(what), `${name}: ${done.stderr}`);
  }
});

test('--version and help answer without a configuration', async () => {
  const env = { PATH: process.env.PATH, HJEMSVAR_NONSENSE: '1' };
  const version = await run(program, ['--version'], { env });
  assert.deepEqual([version.code, version.stdout], [0, 'hjemsvar 0.1.0\n']);
  const help = await run(program, ['help'], { env });
  assert.equal(help.code, 0);
  const usage = await run(program, ['help', 'round'], { env });
  assert.match(usage.stdout, /hjemsvar round create --questionnaire/);
  assert.doesNotMatch(usage.stdout, /hjemsvar answers/);
  assert.equal((await run(program, ['help', 'nothing'], { env })).code, 64);
});

test('a configuration that is wrong or incomplete is exit 78', async () => {
  const other = await hjemsvar.file('other', 'x'.repeat(40), 0o600);
  const exposed = await hjemsvar.file('exposed', 'x'.repeat(40), 0o644);
  const short = await hjemsvar.file('short', 'x'.repeat(31), 0o600);
  const cases = [
    [{ HJEMSVAR_NONSENSE: '1' }, 'HJEMSVAR_NONSENSE'],
    [{ HJEMSVAR_SECRET_FILE: undefined }, 'HJEMSVAR_SECRET_FILE is not set'],
    [{ HJEMSVAR_SECRET_FILE: '/nowhere/secret' }, '/nowhere/secret'],
    [{ HJEMSVAR_SECRET_FILE: exposed }, 'chmod 600'],
    [{ HJEMSVAR_SECRET_FILE: short }, '32 bytes'],
    [{ HJEMSVAR_SECRET_FILE: other }, 'secret'],
  ];
  for (const [env, what] of cases) {
    const done = await hjemsvar.cli(['round', 'list'], { env });
    assert.equal(done.code, 78, `${what}: ${done.stderr}`);
    assert.match(done.stderr, /^hjemsvar: [^\n]+; hint: [^\n]+\n$/);
    assert.ok(done.stderr.includes(what), `${what}: ${done.stderr}`);
  }
});

test('the secret before the current one still opens the database', async () => {
  const current = await hjemsvar.file('current', 'y'.repeat(40), 0o600);
  const env = { HJEMSVAR_SECRET_FILE: current, HJEMSVAR_SECRET_PREVIOUS_FILE: hjemsvar.secret };
  const done = await hjemsvar.cli(['round', 'list'], { env });
  assert.equal(done.code, 0, done.stderr);
});

test('a database that is not there is exit 69', async () => {
  for (const url of ['host=/nowhere user=postgres', 'host=127.0.0.1 port=1 user=postgres']) {
    const done = await hjemsvar.cli(['round', 'list'], { env: { HJEMSVAR_DATABASE_URL: url } });
    assert.equal(done.code, 69, done.stderr);
    assert.match(done.stderr, /^hjemsvar: [^\n]+; hint: [^\n]+\n$/);
  }
});

// ---- migrate

test('migrate says what it did, and the second time that there was nothing to do', async () => {
  const fresh = await Hjemsvar.create({ migrate: false });
  try {
    const before_ = await fresh.cli(['round', 'list']);
    assert.equal(before_.code, 78, before_.stderr);
    assert.match(before_.stderr, /hint: .*hjemsvar migrate/);
    const first = await fresh.json('migrate');
    assert.ok(first.migrations >= 1);
    const bilag8 = first.questionnaires.filter((entry) => entry.questionnaire === 'bilag8');
    assert.deepEqual(bilag8[0], { questionnaire: 'bilag8', version: 1, language: 'da', result: 'added' });
    assert.ok(bilag8.some((entry) => entry.language === 'en'));
    const second = await fresh.json('migrate');
    assert.equal(second.migrations, 0);
    assert.ok(second.questionnaires.every((entry) => entry.result === 'unchanged'));
    assert.equal((await fresh.json('municipality', 'list')).length, 98);
  } finally {
    await fresh.drop();
  }
});

test('migrate prints the SQL to run when the login may not make roles', async () => {
  const fresh = await Hjemsvar.create({ migrate: false });
  const login = `${fresh.database}_login`;
  try {
    await sql('postgres', `CREATE ROLE ${login} LOGIN PASSWORD 'x'`);
    const url = `${fresh.env.HJEMSVAR_DATABASE_URL} user=${login} password=x`;
    const done = await fresh.cli(['migrate'], { env: { HJEMSVAR_DATABASE_URL: url } });
    assert.equal(done.code, 77, done.stderr);
    assert.match(done.stdout, /hjemsvar_writer/);
    assert.match(done.stderr, /^hjemsvar: [^\n]+; hint: [^\n]+\n$/);
    await fresh.sql(done.stdout);
    const again = await fresh.cli(['migrate'], { env: { HJEMSVAR_DATABASE_URL: url } });
    assert.equal(again.code, 0, again.stderr);
  } finally {
    await fresh.drop();
    await sql('postgres', `DROP ROLE IF EXISTS ${login}`);
  }
});

// ---- questionnaires

test('questionnaire check accepts what is right and counts it', async () => {
  const done = await run(program, ['questionnaire', 'check', join(fixtures, 'good/small.json')]);
  assert.equal(done.code, 0, done.stderr);
  assert.equal(done.stderr, '');
  assert.match(done.stdout, /^small version 1: 5 questions, 3 sections, .*languages da\n$/);
  const both = await hjemsvar.json(
    'questionnaire', 'check', join(fixtures, 'good/small.json'),
    join(fixtures, 'good/translation_small.en.json'),
  );
  assert.deepEqual(both.languages, ['da', 'en']);
  assert.equal(both.words.source, 5);
});

test('questionnaire check finds the translations beside a definition, and the other way round', async () => {
  const folder = join(checkout, 'templates');
  const definition = await hjemsvar.json('questionnaire', 'check', join(folder, 'questionnaires/bilag8.json'));
  assert.ok(definition.languages.includes('en'));
  const translation = await hjemsvar.json('questionnaire', 'check', join(folder, 'translations/bilag8.en.json'));
  assert.deepEqual(translation.languages, ['da', 'en']);
});

test('questionnaire check lists the words that are ours', async () => {
  const path = join(fixtures, 'good/small.json');
  const text = await hjemsvar.ok('questionnaire', 'check', path, '--ours');
  assert.match(text, /^title: Et lille skema$/m);
  assert.doesNotMatch(text, /^q1\.text/m);
  const { ours, words } = await hjemsvar.json('questionnaire', 'check', path, '--ours');
  assert.equal(ours.length, words.ours);
  assert.ok(ours.some((entry) => entry.id === 'thanks.1' && entry.text === 'Tak.'));
});

test('questionnaire check tells every fault by file, line and path, exit 65', async () => {
  const names = (await readdir(join(fixtures, 'bad'))).filter((name) => name.endsWith('.json'));
  assert.ok(names.length > 20);
  for (const name of names) {
    const path = join(fixtures, 'bad', name);
    const expected = await readFile(path.replace(/json$/, 'expected'), 'utf8');
    const words = name.startsWith('translation_')
      ? ['questionnaire', 'check', join(fixtures, 'good/small.json'), path]
      : ['questionnaire', 'check', path];
    const done = await run(program, words);
    assert.equal(done.code, 65, name);
    assert.equal(done.stdout, '', name);
    const [, line, rest] = /^(\d+) (.*)\n$/.exec(expected);
    const wanted = line === '0' ? `${path}: ${rest}` : `${path}:${line}: ${rest}`;
    const told = done.stderr.trimEnd().split('\n');
    assert.equal(told[0], wanted);
    assert.ok(told.every((complaint) => complaint.startsWith(`${path}:`)), name);
  }
});

test('questionnaire check says so when a file is not there', async () => {
  const done = await run(program, ['questionnaire', 'check', '/nowhere/bilag8.json']);
  assert.equal(done.code, 74);
  assert.match(done.stderr, /^hjemsvar: \/nowhere\/bilag8\.json cannot be read/);
});

test('a questionnaire is added, translated, approved, used and then kept as it is', async () => {
  const path = join(fixtures, 'good/small.json');
  const added = await hjemsvar.json('questionnaire', 'add', path);
  assert.deepEqual(added, [{ questionnaire: 'small', version: 1, language: 'da', result: 'added' }]);
  const draft = await hjemsvar.json('questionnaire', 'add', join(fixtures, 'good/translation_small.en.json'));
  assert.deepEqual(draft, [{ questionnaire: 'small', version: 1, language: 'en', result: 'added' }]);

  const words = ['--questionnaire', 'small', '--title', 'S', '--municipality', '101', '--languages', 'da,en'];
  const refused = await hjemsvar.cli(['round', 'create', ...words]);
  assert.equal(refused.code, 65, refused.stderr);
  assert.match(refused.stderr, /draft.*hint: .*approve/);
  await hjemsvar.ok('questionnaire', 'approve', 'small', '--language', 'en');
  const { round } = await hjemsvar.json('round', 'create', ...words);
  assert.deepEqual((await hjemsvar.json('round', 'show', round)).languages, ['da', 'en']);

  const shown = await hjemsvar.json('questionnaire', 'show', 'small');
  assert.equal(shown.used, true);
  assert.equal(shown.definition.id, 'small');
  assert.deepEqual(shown.translations, [{ language: 'en', name: 'English', approved: true }]);
  assert.match(await hjemsvar.ok('questionnaire', 'show', 'small'), /Hvor mange børn har I\?/);
  assert.match(await hjemsvar.ok('questionnaire', 'list'), /^small +1 +yes$/m);

  const changed = JSON.parse(await readFile(path, 'utf8'));
  changed.sections[0].questions[0].max = 2;
  const conflict = await hjemsvar.cli([
    'questionnaire', 'add', await hjemsvar.file('changed.json', JSON.stringify(changed)),
  ]);
  assert.equal(conflict.code, 65);
  assert.match(conflict.stderr, /raise "version"/);
  changed.version = 2;
  await hjemsvar.ok('questionnaire', 'add', await hjemsvar.file('changed.json', JSON.stringify(changed)));
  const both = await hjemsvar.json('questionnaire', 'list');
  assert.deepEqual(both.filter((row) => row.id === 'small').map((row) => [row.version, row.used]).sort(), [[1, true], [2, false]]);
  const named = await hjemsvar.json('round', 'create', ...words.slice(2, 6), '--questionnaire', 'small@1');
  assert.equal((await hjemsvar.json('round', 'show', named.round)).version, 1);
});

// ---- rounds and links

test('a round is created with a link a municipality, and shown', async () => {
  const { round, links } = await hjemsvar.createRound('--municipality', '787, 101', '--closes', '2099-12-31');
  assert.deepEqual(links.map((link) => [link.municipality, link.name]), [[101, 'København'], [787, 'Thisted']]);
  for (const link of links) {
    assert.match(link.code, /^[0-9A-HJKMNP-TV-Z]{7}$/);
    assert.equal(link.url, `HTTPS://SVAR.EXAMPLE/S/${link.code}`);
  }
  const shown = await hjemsvar.json('round', 'show', round);
  assert.equal(shown.state, 'open');
  assert.deepEqual(shown.languages, ['da']);
  assert.deepEqual(shown.municipalities, [101, 787]);
  assert.equal(shown.traces, true);
  assert.equal(shown.closes_at, '2100-01-01T00:00:00+01:00'); // the whole last day counts
  assert.deepEqual(shown.missing_settings, []);
  const listed = await hjemsvar.json('link', 'list', '--round', round);
  assert.deepEqual(listed, links.map((link) => ({ ...link, answers: 'under 5' })));
  const table = await hjemsvar.ok('link', 'list', '--round', round);
  assert.ok(table.includes(links[1].url));
  assert.ok((await hjemsvar.json('round', 'list')).some((row) => row.round === round));
  assert.equal((await stat(join(hjemsvar.keys, `round-${round}.key`))).size, 32);
  assert.equal((await readdir(hjemsvar.keys)).includes('round-0.key'), false);
});

test('round create refuses what cannot be, and says how to mend it', async () => {
  const base = ['round', 'create', '--title', 'T'];
  const bilag8 = ['--questionnaire', 'bilag8'];
  const here = ['--municipality', '101'];
  const cases = [
    [[...bilag8, ...here, '--codes', 'single'], 64, 'single-use'],
    [[...bilag8, ...here, '--codes', 'none'], 64, '--codes'],
    [[...bilag8, ...here, '--traces', 'maybe'], 64, '--traces'],
    [[...bilag8, ...here, '--languages', 'da,,en'], 64, '--languages'],
    [[...bilag8, ...here, '--opens', ''], 64, '--opens'],
    [['--questionnaire', 'bilag9', ...here], 65, 'bilag9'],
    [['--questionnaire', 'bilag8@99', ...here], 65, '99'],
    [['--questionnaire', 'bilag8@x', ...here], 64, 'bilag8@x'],
    [[...bilag8, '--municipality', '999'], 65, '999'],
    [[...bilag8, ...here, '--languages', 'xx'], 65, 'xx'],
    [[...bilag8, ...here, '--opens', 'tomorrow'], 65, 'tomorrow'],
    [[...bilag8, ...here, '--opens', '2099-02-01', '--closes', '2099-01-01'], 65, 'close before it opens'],
  ];
  const count = (await hjemsvar.json('round', 'list')).length;
  for (const [words, code, what] of cases) {
    const done = await hjemsvar.cli([...base, ...words]);
    assert.equal(done.code, code, `${words.join(' ')}: ${done.stderr}`);
    assert.match(done.stderr, /^hjemsvar: [^\n]+; hint: [^\n]+\n$/);
    assert.ok(done.stderr.includes(what), done.stderr);
  }
  assert.equal((await hjemsvar.json('round', 'list')).length, count);
});

test('a round whose key cannot be made is not made: exit 73', async () => {
  const file = await hjemsvar.file('no-folder', '');
  const count = (await hjemsvar.json('round', 'list')).length;
  const words = ['round', 'create', '--questionnaire', 'bilag8', '--title', 'T', '--municipality', '101'];
  const env = { HJEMSVAR_KEY_DIR: join(file, 'keys') };
  const done = await hjemsvar.cli(words, { env });
  assert.equal(done.code, 73, done.stderr);
  assert.match(done.stderr, /hint: set HJEMSVAR_KEY_DIR/);
  assert.equal((await hjemsvar.json('round', 'list')).length, count);
  const untraced = await hjemsvar.cli([...words, '--traces', 'off'], { env });
  assert.equal(untraced.code, 0, untraced.stderr);
});

test('a round is made while settings are missing, but named as unable to open: exit 78', async () => {
  const fresh = await Hjemsvar.create({ settings: false });
  try {
    await fresh.ok('settings', 'set', 'controller', 'Testkommune');
    const done = await fresh.cli([
      'round', 'create', '--questionnaire', 'bilag8', '--title', 'T', '--municipality', '101', '--json',
    ]);
    assert.equal(done.code, 78);
    const { round, links } = JSON.parse(done.stdout);
    assert.equal(links.length, 1);
    assert.match(done.stderr, /^hjemsvar: [^\n]*dpo_contact[^\n]*; hint: [^\n]*hjemsvar settings set [^\n]*\n$/);
    assert.doesNotMatch(done.stderr, /controller,/);
    const shown = await fresh.json('round', 'show', round);
    assert.equal(shown.state, 'scheduled');
    assert.equal(shown.missing_settings.length, requiredSettings.length - 1);
    await fresh.fillSettings();
    assert.equal((await fresh.json('round', 'show', round)).state, 'open');
  } finally {
    await fresh.drop();
  }
});

test('a round is changed, closed, opened again and finalised', async () => {
  const { round } = await hjemsvar.createRound();
  const state = async () => (await hjemsvar.json('round', 'show', round)).state;
  const changed = await hjemsvar.json(
    'round', 'set', round, '--title', 'Ny titel', '--closes', '2098-01-01', '--allow-drafts', '--languages', 'en,da',
  );
  assert.deepEqual(
    [changed.title, changed.allow_drafts, changed.languages, changed.closes_at],
    ['Ny titel', true, ['en', 'da'], '2098-01-02T00:00:00+01:00'],
  );
  assert.equal((await hjemsvar.json('round', 'set', round, '--closes', '')).closes_at, null);

  const early = await hjemsvar.cli(['round', 'finalise', round, '--yes']);
  assert.equal(early.code, 77);
  assert.match(early.stderr, /hint: close it first/);
  assert.equal((await hjemsvar.json('round', 'close', round)).state, 'closed');
  assert.equal((await hjemsvar.cli(['round', 'close', round])).code, 77);
  assert.equal((await hjemsvar.json('round', 'reopen', round)).state, 'open');
  assert.equal((await hjemsvar.cli(['round', 'reopen', round])).code, 77);
  assert.equal(await hjemsvar.ok('round', 'close', round), `round ${round} is closed\n`);

  await importOk(round, csvOf([answer({ external_id: 'a' })]));
  const key = join(hjemsvar.keys, `round-${round}.key`);
  await stat(key);
  const done = await hjemsvar.cli(['round', 'finalise', round, '--json']);
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stderr, /for good/);
  assert.equal(JSON.parse(done.stdout).state, 'finalised');
  await assert.rejects(stat(key));
  assert.equal(await state(), 'finalised');

  for (const words of [['reopen'], ['close'], ['finalise', '--yes']]) {
    assert.equal((await hjemsvar.cli(['round', words[0], round, ...words.slice(1)])).code, 77);
  }
  const links = await hjemsvar.json('link', 'list', '--round', round);
  assert.ok(links.every((link) => !('code' in link) && !('url' in link)));
  const qr = await hjemsvar.cli(['qr', '--round', round, '--municipality', '101', '--format', 'svg']);
  assert.equal(qr.code, 77);
  const late = await importText(round, csvOf([answer()]));
  assert.equal(late.code, 77, late.stderr);
  const [row] = await exportObjects(round);
  assert.match(row.received_week, /^\d{4}-Q[1-4]$/);
  assert.equal(row.external_id, '');
});

test('a round or municipality that is not there is exit 65', async () => {
  const cases = [
    ['round', 'show', '99999'],
    ['round', 'close', '99999'],
    ['link', 'list', '--round', '99999'],
    ['qr', '--round', '99999', '--municipality', '101', '--format', 'svg'],
    ['answers', 'export', '--round', '99999', '--format', 'csv', '--profile', 'internal'],
    ['answers', 'import', '/dev/null', '--round', '99999'],
    ['municipality', 'show', '999'],
    ['municipality', 'set', '999', '--phone', '1'],
    ['settings', 'set', 'colour', 'blue'],
    ['questionnaire', 'show', 'nothing'],
    ['questionnaire', 'approve', 'bilag8', '--language', 'xx'],
  ];
  for (const words of cases) {
    const done = await hjemsvar.cli(words);
    assert.equal(done.code, 65, `${words.join(' ')}: ${done.stderr}`);
    assert.match(done.stderr, /^hjemsvar: [^\n]+; hint: [^\n]+\n$/);
  }
});

test('a QR code of every kind reads as the link, 25 by 25 modules', async () => {
  const { round, links } = await hjemsvar.createRound();
  const words = ['qr', '--round', round, '--municipality', '217', '--format'];
  const url = links.find((link) => link.municipality === 217).url;
  const png = join(hjemsvar.folder, 'code.png');
  const svg = join(hjemsvar.folder, 'code.svg');
  const raster = join(hjemsvar.folder, 'raster.png');
  await hjemsvar.ok(...words, 'png', '--out', png);
  await hjemsvar.ok(...words, 'svg', '--out', svg);
  assert.equal((await run('rsvg-convert', ['-w', '330', '-o', raster, svg])).code, 0);
  for (const image of [png, raster]) {
    const read = await run('zbarimg', ['-q', '--raw', image]);
    assert.equal(read.stdout.trim(), url, image);
  }
  const drawing = await readFile(svg, 'utf8');
  assert.match(drawing, /viewBox="0 0 33 33"/);
  assert.equal((await readFile(png)).readUInt32BE(16) % 33, 0);
  assert.equal(await hjemsvar.ok(...words, 'svg', '--out', '-'), drawing);
  assert.match(await hjemsvar.ok(...words, 'text'), /█/);
});

// ---- municipalities and settings

test('a municipality is shown and told whom to call', async () => {
  const set = await hjemsvar.json(
    'municipality', 'set', '217', '--contact', 'Åse Ærø', '--phone', '49 28 00 00', '--email', 'a@example.dk',
  );
  const expected = {
    municipality: 217,
    name: 'Helsingør',
    contact: 'Åse Ærø',
    phone: '49 28 00 00',
    email: 'a@example.dk',
  };
  assert.deepEqual(set, expected);
  await hjemsvar.ok('municipality', 'set', '217', '--phone', '');
  assert.deepEqual(await hjemsvar.json('municipality', 'show', '217'), { ...expected, phone: '' });
  assert.match(await hjemsvar.ok('municipality', 'list'), /^217 +Helsingør +Åse Ærø/m);
  const wrong = await hjemsvar.cli(['municipality', 'set', '217', '--contact', 'a\nb']);
  assert.equal(wrong.code, 64);
});

test('settings are listed with key, value and whether they are required', async () => {
  const list = await hjemsvar.json('settings', 'list');
  for (const key of requiredSettings) {
    assert.deepEqual(list.find((entry) => entry.key === key), { key, value: `test ${key}`, required: true });
  }
  assert.equal(list.find((entry) => entry.key === 'service_name').required, false);
  await hjemsvar.ok('settings', 'set', 'service_name', '  Svar hjem  ');
  assert.match(await hjemsvar.ok('settings', 'list'), /^service_name +Svar hjem$/m);
});

test('a required setting cannot be emptied while a round is open', async () => {
  const fresh = await Hjemsvar.create();
  try {
    const { round } = await fresh.createRound();
    assert.equal((await fresh.cli(['settings', 'set', 'purpose', ''])).code, 77);
    await fresh.ok('round', 'close', round);
    await fresh.ok('settings', 'set', 'purpose', '');
  } finally {
    await fresh.drop();
  }
});

// ---- answers out and in

const nasty = [
  'en "citeret" linje\nog en til',
  ';;,,""\n\n"',
  '=1+1',
  "'=1+1",
  "''",
  "'",
  '@SUM(A1)',
  '+45 12 34 56 78',
  '-',
  'مرحبا، «شكرًا» جزيلًا',
  'tab\tinden i',
  'emoji 👨‍👩‍👧 og 🇩🇰',
  '\ufeffmed mærke',
  'NULL',
  '\\N \\. \\t',
  'æ'.repeat(4000),
];

test('export, import into another round, export again: equal but for response_id', async () => {
  const first = (await hjemsvar.createRound()).round;
  const rows = nasty.map((text, i) =>
    answer({
      municipality_code: i % 2 ? 101 : 217,
      language: ['da', 'en', ''][i % 3],
      received_week: '2026-W47',
      q10: text,
      external_id: `id ${i}`,
    }),
  );
  rows.push(answer({ q1: 3, q1_text: '=bonus;"mor"', q3: 3, q4_2: 2, q4_3: 9, q5_1: 9, external_id: 'many' }));
  rows.push(answer({ q9: 1, q9_first: 10, q9_check: 2, q2: 9, q7: '', external_id: 'turned' }));
  rows.push(answer({ q9: 99, external_id: 'unrated' }));
  rows.push(answer({ submitted_at: '2026-11-22T23:30Z', external_id: 'late' }));
  assert.deepEqual(await importOk(first, csvOf(rows)), { round: first, stored: rows.length, skipped: 0 });

  const content = (objects) =>
    objects.map(({ response_id, ...rest }) => rest).sort((a, b) => (a.external_id < b.external_id ? -1 : 1));
  const plain = await exportText(first);
  const excel = await exportText(first, '--dialect', 'excel');
  const exported = content(csvObjects(plain));
  assert.deepEqual(exported.map((row) => row.q10).filter(Boolean).sort(), nasty.slice().sort());
  assert.ok(excel.startsWith('\ufeffresponse_id;'));

  for (const [text, words, separator] of [[plain, [], ','], [excel, ['--dialect', 'excel'], ';']]) {
    const second = (await hjemsvar.createRound()).round;
    await importOk(second, text);
    assert.deepEqual(content(await exportObjects(second)), exported);
    const again = await exportText(second, ...words);
    const rowsOf = (file) => content(csvObjects(file.replace(/^\ufeff/, ''), separator));
    assert.deepEqual(rowsOf(again), rowsOf(text));
  }
});

test('an export has the columns of the contract, asked ones filled, ordered by response_id', async () => {
  const { round } = await hjemsvar.createRound();
  await importOk(round, csvOf([answer({ q3: 2, q4_2: 2, q5_2: 5, q8_1: '' }), answer(), answer()]));
  const children = (question) => [1, 2, 3, 4, 5, 6].map((child) => `${question}_${child}`);
  const text = await exportText(round);
  const [header] = csvRows(text);
  assert.deepEqual(header, [
    'response_id', 'municipality_code', 'municipality', 'language', 'received_week',
    'q1', 'q1_text', 'q2', 'q3', ...children('q4'), ...children('q5'), ...children('q6'), 'q7',
    ...children('q8'), 'q9', 'q9_first', 'q9_check', 'q10',
    'flag_duplicate', 'flag_scale', 'flag_speed', 'flag_straightline', 'flag_empty', 'flag_burst',
    'weight', 'external_id',
  ]);
  const objects = csvObjects(text);
  const ids = objects.map((row) => row.response_id);
  assert.deepEqual(ids, ids.slice().sort());
  const row = objects.find((object) => object.q3 === '2');
  assert.deepEqual(
    [row.municipality_code, row.municipality, row.language, row.q4_1, row.q4_2, row.q4_3, row.q5_2],
    ['101', 'København', 'da', '1', '2', '', '5'],
  );
  assert.deepEqual([row.q6_2, row.q8_1, row.q8_2, row.q9_first, row.q9_check], ['9', '9', '', '10', '0']);
  assert.match(row.received_week, /^\d{4}-W\d\d$/);
});

test('JSONL has the same names, numbers as numbers and null for what was not asked', async () => {
  const { round } = await hjemsvar.createRound();
  await importOk(round, csvOf([answer({ q10: 'a\n"b"', external_id: 'x' })]));
  const [header] = csvRows(await exportText(round));
  const lines = (await exportText(round, '--format', 'jsonl')).split('\n');
  assert.equal(lines.pop(), '');
  assert.equal(lines.length, 1);
  const row = JSON.parse(lines[0]);
  assert.deepEqual(Object.keys(row), header);
  assert.deepEqual(
    [row.municipality_code, row.q3, row.q4_1, row.q4_2, row.q1_text, row.q10, row.weight, row.flag_scale],
    [101, 1, 1, null, null, 'a\n"b"', null, null],
  );
  assert.equal(row.external_id, 'x');
});

test('an export to a file is whole, private, and leaves nothing else behind', async () => {
  const { round } = await hjemsvar.createRound();
  await importOk(round, csvOf([answer()]));
  const before_ = (await readdir(hjemsvar.folder)).length;
  const path = await hjemsvar.file('answers.csv', 'what was here before');
  const link = join(hjemsvar.folder, 'link.csv');
  await symlink(path, link);
  assert.equal(await exportText(round, '--out', link), '');
  assert.equal(await readFile(path, 'utf8'), await exportText(round));
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal((await readdir(hjemsvar.folder)).length, before_ + 2);

  const words = ['answers', 'export', '--round', round, '--format', 'csv', '--profile', 'internal', '--out'];
  assert.equal((await hjemsvar.cli([...words, join(hjemsvar.folder, 'nowhere/a.csv')])).code, 73);
  assert.equal((await hjemsvar.cli([...words, hjemsvar.folder])).code, 73);
});

test('an export that finds the disk full is exit 74 and leaves what was there', async () => {
  const { round } = await hjemsvar.createRound();
  await importOk(round, csvOf(Array.from({ length: 20 }, () => answer({ q10: 'x'.repeat(4000) }))));
  const path = await hjemsvar.file('kept.csv', 'what was here before');
  const before_ = await readdir(hjemsvar.folder);
  const words = ['answers', 'export', '--round', round, '--format', 'csv', '--profile', 'internal', '--out', path];
  const limited = `trap '' XFSZ; ulimit -f 16; exec "$@"`;
  const done = await run('bash', ['-c', limited, 'bash', program, ...words], { env: hjemsvar.env });
  assert.equal(done.code, 74, done.stderr);
  assert.match(done.stderr, /^hjemsvar: writing [^\n]+ failed: [^\n]+; hint: [^\n]+\n$/);
  assert.equal(await readFile(path, 'utf8'), 'what was here before');
  assert.deepEqual(await readdir(hjemsvar.folder), before_);
});

test('an export into what is no regular file writes there and leaves it what it is', async () => {
  const { round } = await hjemsvar.createRound();
  await importOk(round, csvOf([answer()]));
  const fifo = join(hjemsvar.folder, 'fifo');
  assert.equal((await run('mkfifo', [fifo])).code, 0);
  const [text, out] = await Promise.all([run('cat', [fifo]), exportText(round, '--out', fifo)]);
  assert.equal(out, '');
  assert.equal(text.stdout, await exportText(round));
  assert.ok((await stat(fifo)).isFIFO());
});

test('a reader that leaves early is exit 74, not a crash', async () => {
  const { round } = await hjemsvar.createRound();
  const rows = Array.from({ length: 200 }, () => answer({ q10: 'x'.repeat(4000) }));
  await importOk(round, csvOf(rows));
  const words = ['answers', 'export', '--round', round, '--format', 'csv', '--profile', 'internal'];
  const child = spawn(program, words.map(String), { env: hjemsvar.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (piece) => (stderr += piece));
  child.stdout.once('data', () => child.stdout.destroy());
  const [code, signal] = await new Promise((resolve) => child.on('close', (...ending) => resolve(ending)));
  assert.deepEqual([code, signal], [74, null], stderr);
  assert.match(stderr, /^hjemsvar: writing stdout failed: [^\n]+\n$/);
});

/** Imports a file that is wrong: exit 65, nothing stored, the faults as [line, column]. */
async function faults(text, round) {
  const done = await importText(round, text);
  assert.equal(done.code, 65, done.stderr);
  assert.equal(done.stdout, '');
  assert.deepEqual(await exportObjects(round), []);
  const lines = done.stderr.trimEnd().split('\n');
  assert.match(lines.pop(), /^hjemsvar: stdin: \d+ rows? (is|are) wrong, nothing was imported; hint: /);
  return lines.map((line) => {
    const [, number, column] = /^stdin:(\d+): (?:([a-z_0-9]+|\(no name\)): )?./.exec(line);
    return [Number(number), column ?? ''];
  });
}

test('every kind of bad row is told by line and column, and nothing is stored', async () => {
  const { round } = await hjemsvar.createRound('--municipality', '101');
  const cases = [
    [{ municipality_code: '' }, 'municipality_code'],
    [{ municipality_code: 217 }, 'municipality_code'],
    [{ municipality_code: 'København' }, 'municipality_code'],
    [{ language: 'xx' }, 'language'],
    [{ received_week: '2025-W53' }, 'received_week'],
    [{ submitted_at: '2026-02-30T10:00' }, 'submitted_at'],
    [{ submitted_at: '20-11-2026' }, 'submitted_at'],
    [{ seconds: '-1' }, 'seconds'],
    [{ seconds: 2592001 }, 'seconds'],
    [{ seconds: '1.5' }, 'seconds'],
    [{ q1: 4 }, 'q1'],
    [{ q1: 'mor' }, 'q1'],
    [{ q2: 3 }, 'q2'],
    [{ q3: '' }, 'q3'],
    [{ q3: 0 }, 'q3'],
    [{ q3: 7 }, 'q3'],
    [{ q4_2: 1 }, 'q4_2'],
    [{ q5_6: 9 }, 'q5_6'],
    [{ q5_1: 6 }, 'q5_1'],
    [{ q4_1: 2 }, 'q8_1'],
    [{ q4_1: '' }, 'q8_1'],
    [{ q1_text: 'bonusmor' }, 'q1_text'],
    [{ q1: 3, q1_text: 'x'.repeat(201) }, 'q1_text'],
    [{ q9: 11 }, 'q9'],
    [{ q9: '010' }, 'q9'],
    [{ q9_first: 10, q9_check: 2 }, 'q9_check'],
    [{ q9_first: 1, q9_check: 1 }, 'q9_check'],
    [{ q10: 'x'.repeat(4001) }, 'q10'],
    [{ external_id: 'x'.repeat(201) }, 'external_id'],
  ];
  // Between the bad rows stand good ones whose text has line ends of its own, so
  // that lines and rows differ.
  const rows = [];
  const expected = [];
  let line = 2;
  for (const [wrong, column] of cases) {
    rows.push(answer({ q10: 'to\nlinjer' }), answer(wrong));
    expected.push([line + 2, column]);
    line += 3;
  }
  assert.deepEqual(await faults(csvOf(rows), round), expected);
  assert.deepEqual(await faults(csvOf(rows, ';'), round), expected);
  assert.deepEqual(await faults('\ufeff' + csvOf(rows).replaceAll('\r\n', '\n'), round), expected);
});

test('all faults of one row are told', async () => {
  const { round } = await hjemsvar.createRound();
  const found = await faults(csvOf([answer({ municipality_code: 1, q1: 7, q5_1: 7, q9: 0 })]), round);
  assert.deepEqual(found.map(([, column]) => column).sort(), ['municipality_code', 'q1', 'q5_1', 'q9']);
});

test('bytes that are no text, and rows of the wrong length, are told', async () => {
  const { round } = await hjemsvar.createRound();
  const latin1 = Buffer.from('municipality_code,q3,q10\n101,1,bl\xe5\n101,1,nul\0inside\n101,1\n101,1,a,b\n', 'latin1');
  assert.deepEqual(await faults(latin1, round), [[2, 'q10'], [3, 'q10'], [4, ''], [5, '']]);
});

test('a header that is wrong is told, with the columns there are', async () => {
  const { round } = await hjemsvar.createRound();
  const cases = [
    ['municipality_code,q3,navn,q5_7\n101,1,x,1\n', [[1, 'navn'], [1, 'q5_7']]],
    ['municipality_code,q3,q3\n101,1,1\n', [[1, 'q3']]],
    ['q1,q2\n1,1\n', [[1, 'municipality_code'], [1, 'q3']]],
    ['\n\n"municipality_code",q1\n101,1\n', [[3, 'q3']]],
    ['municipality_code,q3,\n101,1,\n', [[1, '(no name)']]],
    ['municipality_code;q3,q1\n', [[1, ''], [1, 'q3']]],
  ];
  for (const [text, expected] of cases.slice(0, -1)) {
    assert.deepEqual(await faults(text, round), expected, text);
  }
  const done = await importText(round, cases[0][0]);
  assert.match(done.stderr, /stdin:1: navn: [^\n]*response_id, [^\n]*q9_check[^\n]*device/);
  const empty = await importText(round, '');
  assert.equal(empty.code, 65);
  assert.match(empty.stderr, /^hjemsvar: stdin is empty; hint: [^\n]+\n$/);
});

test('a quotation mark that is never closed, or stands wrong, is told with its row', async () => {
  const { round } = await hjemsvar.createRound();
  const start = 'municipality_code,q3,q10\n101,1,"a\nb"\n';
  assert.deepEqual(await faults(`${start}101,1,"never closed\n101,1,x\n`, round), [[4, '']]);
  assert.deepEqual(await faults(`${start}101,1,a"b\n`, round), [[4, '']]);
  const long = `${start}101,1,"${'never closed\n'.repeat(400000)}`;
  assert.deepEqual(await faults(long, round), [[4, '']]);
});

test('the first thousand faults are told, the rest counted', async () => {
  const { round } = await hjemsvar.createRound();
  const rows = Array.from({ length: 1200 }, () => answer({ q1: 7 }));
  const done = await importText(round, csvOf(rows));
  assert.equal(done.code, 65);
  const lines = done.stderr.trimEnd().split('\n');
  assert.equal(lines.length, 1002);
  assert.equal(lines[1000], 'stdin: 200 more like these');
  assert.match(lines[1001], /1200 rows are wrong/);
});

test('all line ends are understood, empty lines and rows passed over', async () => {
  const header = 'municipality_code,q3,q10';
  for (const end of ['\n', '\r\n', '\r']) {
    const { round } = await hjemsvar.createRound();
    const text = [header, '101,1,a', '', ',,', '101,1,"b', 'c"', '101,1, d '].join(end);
    assert.equal((await importOk(round, text)).stored, 3);
    const texts = (await exportObjects(round)).map((row) => row.q10).sort();
    assert.deepEqual(texts, ['a', 'b\nc', 'd']);
    const bad = [header, '101,1,"b', 'c"', '', '101,7,d'].join(end);
    const { round: other } = await hjemsvar.createRound();
    assert.deepEqual(await faults(bad, other), [[5, 'q3']]);
  }
});

test('columns in any order, optional ones left out, read-over ones not looked at', async () => {
  const { round } = await hjemsvar.createRound();
  const text = csvWrite([
    ['weight', 'q3', 'response_id', 'municipality', 'flag_burst', 'municipality_code'],
    ['heavy', 2, 'no uuid', 'Atlantis', 'maybe', 101],
  ]).replaceAll(',', ' , ');
  await importOk(round, text);
  const [row] = await exportObjects(round);
  assert.deepEqual(
    [row.municipality, row.q3, row.q4_1, row.q4_2, row.q8_1, row.q9, row.weight, row.flag_burst],
    ['København', '2', '9', '9', '', '99', '', ''],
  );
  assert.match(row.response_id, /^[0-9a-f-]{36}$/);
});

test('an external_id with the same content is skipped, with other content refused', async () => {
  const { round } = await hjemsvar.createRound();
  const rows = [answer({ external_id: 'a' }), answer({ external_id: 'b', q10: 'to' }), answer()];
  assert.deepEqual(await importOk(round, csvOf(rows)), { round, stored: 3, skipped: 0 });
  assert.deepEqual(await importOk(round, csvOf(rows.slice(0, 2))), { round, stored: 0, skipped: 2 });
  const moved = answer({ external_id: 'b', q10: 'tre' });
  const done = await importText(round, csvOf([answer({ external_id: 'c' }), moved]));
  assert.equal(done.code, 65);
  assert.match(done.stderr, /^stdin:3: external_id: b is there already with other content/m);
  assert.equal((await exportObjects(round)).length, 3);

  const { round: other } = await hjemsvar.createRound();
  const twice = await importText(other, csvOf([answer({ external_id: 'a' }), answer({ external_id: 'a', q1: 1 })]));
  assert.equal(twice.code, 65);
  assert.match(twice.stderr, /^stdin:3: external_id: a is there already/m);
  const same = [answer({ external_id: 'a' }), answer({ external_id: 'a' })];
  assert.deepEqual(await importOk(other, csvOf(same)), { round: other, stored: 1, skipped: 1 });
});

test('the week is part of the content, whether a time or the week itself tells it', async () => {
  const { round } = await hjemsvar.createRound();
  const of = (more) => csvOf([answer({ external_id: 'a', ...more })]);
  await importOk(round, of({ submitted_at: '2026-11-20T14:05' }));
  assert.equal((await importOk(round, of({ received_week: '2026-W47' }))).skipped, 1);
  assert.equal((await importText(round, of({ received_week: '2026-W48' }))).code, 65);
  assert.equal((await importOk(round, await exportText(round))).skipped, 1);
});

test('a taken external_id is told together with the other faults of the file', async () => {
  const { round } = await hjemsvar.createRound();
  await importOk(round, csvOf([answer({ external_id: 'a' })]));
  const rows = [answer({ external_id: 'a', q1: 1 }), answer({ q1: 7 })];
  const done = await importText(round, csvOf(rows));
  assert.equal(done.code, 65);
  assert.match(done.stderr, /^stdin:2: external_id: /m);
  assert.match(done.stderr, /^stdin:3: q1: /m);
  assert.match(done.stderr, /2 rows are wrong/);
});

test('an answer is in the week that its time or week says', async () => {
  const { round } = await hjemsvar.createRound();
  const rows = [
    [{ submitted_at: '2026-11-22T23:30:00Z' }, '2026-W48'],
    [{ submitted_at: '2026-11-22 23:30' }, '2026-W47'],
    [{ submitted_at: '2026-06-28T22:30+00:00', received_week: '2026-W01' }, '2026-W27'],
    [{ received_week: '2020-W53' }, '2020-W53'],
  ];
  await importOk(round, csvOf(rows.map(([more], i) => answer({ ...more, external_id: i }))));
  const weeks = Object.fromEntries((await exportObjects(round)).map((row) => [row.external_id, row.received_week]));
  assert.deepEqual(weeks, Object.fromEntries(rows.map(([, week], i) => [i, week])));
});

test('network and device are kept as tags of a traced round, and in no other', async () => {
  const { round } = await hjemsvar.createRound();
  const row = (external_id, network, device = '') =>
    answer({ external_id, network, device, seconds: 90, submitted_at: '2026-11-20T14:05:33' });
  const text = csvOf([
    row('v4', '192.0.2.7', 'phone'),
    row('mapped', '::ffff:192.0.2.7', 'phone'),
    row('v6', '2001:db8:1:2::1'),
    row('v6 same home', '2001:db8:1:2:ffff::9', 'tablet'),
    row('v6 other home', '2001:db8:1:3::1'),
    row('unknown', ''),
  ]);
  const traces = async (id) => {
    const rows = await hjemsvar.sql(
      `SELECT s.external_id, t.network, t.device, t.seconds, t.arrived_at AT TIME ZONE 'Europe/Copenhagen'
       FROM submission_trace t JOIN submission s ON s.round = t.round AND s.id = t.submission
       WHERE t.round = ${id}`,
    );
    return Object.fromEntries(rows.map(([name, ...rest]) => [name, rest]));
  };
  await importOk(round, text);
  const kept = await traces(round);
  assert.deepEqual(kept.v4, kept.mapped);
  assert.match(kept.v4[0], /^\d+$/);
  assert.deepEqual(kept.v4.slice(2), ['90', '2026-11-20 14:05:00']);
  assert.equal(kept.v6[0], kept['v6 same home'][0]);
  assert.notEqual(kept.v6[0], kept['v6 other home'][0]);
  assert.deepEqual(kept.unknown.slice(0, 2), ['', '']);

  const { round: untraced } = await hjemsvar.createRound('--traces', 'off');
  const quiet = await importText(untraced, text);
  assert.deepEqual([quiet.code, quiet.stderr], [0, '']);
  assert.deepEqual(await traces(untraced), {});

  const { round: keyless } = await hjemsvar.createRound();
  const done = await hjemsvar.cli(['answers', 'import', '-', '--round', keyless], {
    input: text,
    env: { HJEMSVAR_KEY_DIR: join(hjemsvar.folder, 'elsewhere') },
  });
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stderr, /^hjemsvar: the trace key [^\n]+; hint: [^\n]+\n$/);
  assert.equal((await exportObjects(keyless)).length, 6);
});

test('an import that cannot be read is exit 74', async () => {
  const { round } = await hjemsvar.createRound();
  assert.equal((await hjemsvar.cli(['answers', 'import', '/nowhere.csv', '--round', round])).code, 74);
  assert.equal((await hjemsvar.cli(['answers', 'import', '/tmp', '--round', round])).code, 74);
});

test('a closed round still takes an import', async () => {
  const { round } = await hjemsvar.createRound();
  await hjemsvar.ok('round', 'close', round);
  const path = await hjemsvar.file('late.csv', csvOf([answer()]));
  const text = await hjemsvar.ok('answers', 'import', path, '--round', round);
  assert.equal(text, `round ${round}: 1 row stored, 0 skipped (same external_id, same content)\n`);
});
