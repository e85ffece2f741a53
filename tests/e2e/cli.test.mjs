import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { csvOf } from './lib/csv.mjs';
import { build, checkout, Hjemsvar, requiredSettings, run, sql } from './lib/hjemsvar.mjs';
import { answer, exportObjects, importRows, importText } from './lib/transfer.mjs';

const fixtures = join(checkout, 'tests/fixtures/questionnaires');
const program = join(build, 'hjemsvar');

let hjemsvar; // shared by tests that make rounds of their own
before(async () => {
  hjemsvar = await Hjemsvar.create();
});
after(() => hjemsvar?.drop());

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
    [['settings', 'set', 'municipality_totp', 'maybe'], 'is on or off'],
    [['qr', '--round', '1', '--municipality', '101', '--format', 'gif'], '"gif"'],
    [['answers', 'export', '--round', '1', '--format', 'ods', '--profile', 'internal'], 'ods'],
    [['answers', 'export', '--round', '1', '--format', 'csv', '--profile', 'secret'], 'anonymised'],
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
    [{ HJEMSVAR_DATABASE_URL: undefined }, 'HJEMSVAR_DATABASE_URL is not set'],
    [{ HJEMSVAR_DATABASE_URL: '' }, 'HJEMSVAR_DATABASE_URL is not set'],
    [{ HJEMSVAR_DATABASE_URL: 'this is no URL' }, 'HJEMSVAR_DATABASE_URL cannot be read'],
    [{ HJEMSVAR_DATABASE_URL: 'postgresql://user:geheim@[::1/hjemsvar' }, 'cannot be read'],
  ];
  for (const [env, what] of cases) {
    const done = await hjemsvar.cli(['round', 'list'], { env });
    assert.equal(done.code, 78, `${what}: ${done.stderr}`);
    assert.match(done.stderr, /^hjemsvar: [^\n]+; hint: [^\n]+\n$/);
    assert.ok(done.stderr.includes(what), `${what}: ${done.stderr}`);
    assert.doesNotMatch(done.stderr, /geheim/);
  }
});

test('libpq\'s own variables name the database, too', async () => {
  const url = hjemsvar.env.HJEMSVAR_DATABASE_URL;
  const [host, user, dbname] = ['host', 'user', 'dbname'].map(
    (name) => url.match(new RegExp(`.*\\b${name}=(\\S+)`))[1],
  );
  const env = { HJEMSVAR_DATABASE_URL: undefined, PGHOST: host, PGUSER: user, PGDATABASE: dbname };
  const done = await hjemsvar.cli(['round', 'list'], { env });
  assert.equal(done.code, 0, done.stderr);
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
  assert.ok(done.stderr.trimEnd().split('\n').every((line) => line.includes(': warning: ')), done.stderr);
  assert.match(done.stdout, /^small version 1: 5 questions, 3 sections, .*languages da\nto read: .*\n$/);
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

test('questionnaire check says so when a file is no text', async () => {
  const path = await hjemsvar.file('binary.json', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 0xff]));
  const done = await run(program, ['questionnaire', 'check', path]);
  assert.equal(done.code, 65);
  assert.match(done.stderr, /^hjemsvar: [^\n]+ is not UTF-8 text; hint: [^\n]+\n$/);
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
  assert.match(table, /^MUNICIPALITY +NAME +LINK +ANSWERS *\n101 +København +HTTPS/);
  assert.ok((await hjemsvar.json('round', 'list')).some((row) => row.round === round));
  assert.equal((await stat(join(hjemsvar.keys, `round-${round}.key`))).size, 32);
  assert.equal((await readdir(hjemsvar.keys)).includes('round-0.key'), false);
});

test('round create refuses what cannot be, and says how to mend it', async () => {
  const base = ['round', 'create', '--title', 'T'];
  const bilag8 = ['--questionnaire', 'bilag8'];
  const here = ['--municipality', '101'];
  const cases = [
    [[...bilag8, ...here, '--uses', '2'], 64, '--codes single'],
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

test('a round that is not committed leaves no key', async () => {
  const fresh = await Hjemsvar.create();
  try {
    await fresh.sql(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
         'BEGIN RAISE check_violation USING MESSAGE = ''refused at commit''; END';
       CREATE CONSTRAINT TRIGGER refuses AFTER INSERT ON round DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION refuse()`,
    );
    await assert.rejects(fresh.createRound(), /exit 65\n.*refused at commit/);
    const keys = await readdir(fresh.keys);
    assert.deepEqual(keys, []);
    await fresh.sql('DROP TRIGGER refuses ON round');
    const { round } = await fresh.createRound();
    assert.deepEqual(await readdir(fresh.keys), [`round-${round}.key`]);
  } finally {
    await fresh.drop();
  }
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

  await importRows(hjemsvar, round, [answer({ external_id: 'a' })]);
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
  const late = await importText(hjemsvar, round, csvOf([answer()]));
  assert.equal(late.code, 77, late.stderr);
  const [row] = await exportObjects(hjemsvar, round);
  assert.match(row.received_week, /^\d{4}-Q[1-4]$/);
  assert.equal(row.external_id, '');
});

test('finalise warns while parents may still be writing, and does it', async () => {
  const { round } = await hjemsvar.createRound();
  await hjemsvar.ok('round', 'close', round);
  const [[until]] = await hjemsvar.sql(
    `SELECT to_char((closed_at + interval '1 hour') AT TIME ZONE 'Europe/Copenhagen',
                    'YYYY-MM-DD"T"HH24:MI:SS') FROM round WHERE id = ${round}`,
  );
  const early = await hjemsvar.cli(['round', 'finalise', round, '--yes']);
  assert.equal(early.code, 0, early.stderr);
  assert.ok(early.stderr.includes(`may be writing until ${until}+0`), early.stderr);

  const { round: old } = await hjemsvar.createRound();
  await hjemsvar.sql(
    `UPDATE round SET opens_at = now() - interval '3 hours',
                      closed_at = now() - interval '61 minutes' WHERE id = ${old}`,
  );
  const done = await hjemsvar.cli(['round', 'finalise', old, '--yes']);
  assert.equal(done.code, 0, done.stderr);
  assert.doesNotMatch(done.stderr, /writing/);
});

test('rounds created at the same moment do not stand in each other\'s way', async () => {
  const made = await Promise.all(Array.from({ length: 8 }, () => hjemsvar.createRound()));
  assert.equal(new Set(made.map(({ round }) => round)).size, 8);
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
    own_words: '',
    window: [20, 45, 85, 30],
    fold_marks: true,
    logo: null,
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
