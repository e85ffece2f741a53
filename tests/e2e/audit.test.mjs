// What each command leaves in the audit log: the table of commands is walked, so that a new
// one has to say here whether it acts or reads.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Hjemsvar, checkout } from './lib/hjemsvar.mjs';

let hjemsvar;
before(async () => {
  hjemsvar = await Hjemsvar.create();
});
after(() => hjemsvar?.drop());

const newest = async () => Number((await hjemsvar.sql('SELECT coalesce(max(id), 0) FROM audit'))[0][0]);
const since = async (id) =>
  (await hjemsvar.sql(`SELECT action, subject, round, municipality, details FROM audit WHERE id > ${id} ORDER BY id`)).map(
    ([action, subject, round, municipality, details]) => ({
      action,
      subject,
      round: round === '' ? null : Number(round),
      municipality: municipality === '' ? null : Number(municipality),
      details: JSON.parse(details),
    }),
  );

/** [command, its words (or what gives them), the actions that it leaves]. Round 1 is open, round 2 has codes. */
async function steps() {
  const fixture = (name) => join(checkout, 'tests/fixtures/questionnaires/good', name);
  const answers = await hjemsvar.file('answers.csv', 'municipality_code,language,q1,q2,q3,q7,q9,q10\n217,da,1,2,1,1,9,Tak til Mette\n217,da,2,1,4,2,3,\n');
  const sheet = await hjemsvar.file(
    'sheet.csv',
    'municipality_code,course_id,started_on,closed_on,outcome\n217,HX-77,2022-01-01,2022-03-31,completed\n',
  );
  const two = async () => (await hjemsvar.sql('SELECT id FROM submission WHERE round = 1 ORDER BY id')).flat();
  const many = join(checkout, 'tests/fixtures/disclosure/answers.csv');
  const comment = async () =>
    (await hjemsvar.sql("SELECT comment_number(1, id, 'q10') FROM submission WHERE round = 1 AND answers ? 'q10'")).flat();
  const out = (name) => ['--out', join(hjemsvar.folder, name)];
  const anonymised = (name) => ['--round', '3', '--format', 'csv', '--profile', 'anonymised', ...out(name)];
  const waited = async () => {
    await hjemsvar.sql("UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = 3");
    return anonymised('i.csv');
  };
  const overdue = async () => {
    await hjemsvar.sql("UPDATE round SET finalised_at = now() - interval '2 months' WHERE id = 1");
    return [];
  };
  const written = async () => {
    await hjemsvar.sql(`INSERT INTO documentation (municipality, part, version, valid_from, words)
      VALUES (217, 'recruitment', 1, '2026-01-01', 'Familien Lund')`);
    return ['--municipality', '217', '--part', 'recruitment', '--version', '1', '--yes'];
  };
  const helsingoer = ['--round', '1', '--municipality', '217'];
  const single = ['--round', '2', '--municipality', '217'];
  const round = ['--questionnaire', 'bilag8', '--title', 'Min titel', '--municipality', '101,217'];
  return [
    ['migrate', [], []],
    ['doctor', [], []],
    ['questionnaire check', [fixture('small.json')], []],
    ['questionnaire diff', [fixture('small.json'), fixture('scales.json')], []],
    ['questionnaire preview', [fixture('../bad/unknown_key.json')], []],
    ['questionnaire import', [fixture('../../xlsforms/household_visit.xlsx'), ...out('form.json')], []],
    ['questionnaire export', [fixture('small.json'), '--format', 'ddi', ...out('form.xml')], []],
    ['questionnaire add', [fixture('small.json')], ['questionnaire.add']],
    ['questionnaire add', [fixture('translation_small.en.json')], ['translation.add']],
    ['questionnaire list', [], []],
    ['questionnaire show', ['small'], []],
    ['questionnaire approve', ['small', '--language', 'en'], ['translation.approve']],
    ['round create', round, ['round.create']],
    ['round create', [...round, '--codes', 'single'], ['round.create']],
    ['round create', [...round.slice(0, 4), '--municipality', '101,217,479,787'], ['round.create']],
    ['round set', ['1', '--title', 'En anden titel'], ['round.set']],
    ['round list', [], []],
    ['round show', ['1'], []],
    ['link list', ['--round', '1'], []],
    ['municipality set', ['217', '--contact', 'Åse Ærø', '--phone', '49280000'], ['municipality.set']],
    ['municipality set', ['217', '--fold-marks', 'off'], ['municipality.set']],
    ['municipality list', [], []],
    ['municipality show', ['217'], []],
    ['settings set', ['service_name', 'Hemmelig tjeneste'], ['setting.set']],
    ['settings list', [], []],
    ['qr', [...helsingoer, '--format', 'svg', ...out('a.svg')], ['letters.print']],
    ['letters approve', ['--language', 'da'], ['letters.approve']],
    ['letters', [...helsingoer, ...out('a.pdf')], ['letters.print']],
    ['letters', [...helsingoer, '--text', ...out('a.txt')], ['letters.print']],
    ['letters', [...helsingoer, '--poster', 'a5', ...out('b.pdf')], ['letters.print']],
    ['letters', [...helsingoer, '--test-print', ...out('c.pdf')], []],
    ['letters', [...single, '--codes', '2', '--batch', 'Familien Holm', ...out('d.pdf')], ['letters.print', 'codes.make']],
    ['codes make', [...single, '--letters', '3', '--batch', 'Uge 47', ...out('e.txt')], ['codes.make']],
    ['codes make', [...single, '--letters', '3', '--batch', 'Uge 47', '--reprint', 'Uge 47', '--yes', ...out('f.txt')], ['codes.cancel', 'codes.make']],
    ['codes list', ['--round', '2'], []],
    ['codes cancel', [...single, '--batch', 'Uge 47', '--yes'], ['codes.cancel']],
    ['answers import', [answers, '--round', '1'], ['answers.import']],
    ...['csv', 'jsonl', 'sav', 'dta', 'xlsx', 'zip'].map((format) => [
      'answers export', ['--round', '1', '--format', format, '--profile', 'internal', ...out(`g.${format}`)], ['answers.export', 'answers.export_end'],
    ]),
    ['release list', ['--round', '1'], []],
    ['duplicates list', ['--round', '1'], []],
    ['duplicates refresh', ['--round', '1'], []],
    ['duplicates decide', async () => [...(await two()), '--round', '1', '--different'], ['duplicates.decide']],
    ['duplicates decide', async () => [...(await two()), '--round', '1', '--undo'], ['duplicates.undo']],
    ['comments summary', ['--round', '1'], []],
    ['comments list', ['--round', '1'], ['comments.read']],
    ['comments decide', async () => [...(await comment()), '--round', '1', '--mask', '3'], ['comments.decide']],
    ['comments decide', async () => [...(await comment()), '--round', '1', '--undo'], ['comments.undo']],
    ['courses import', [sheet, '--round', '1', '--dry-run'], []],
    ['courses import', [sheet, '--round', '1'], ['course.import']],
    ['courses export', ['--round', '1', '--format', 'csv', ...out('h.csv')], ['course.export', 'course.export_end']],
    ['courses summary', ['--round', '1'], []],
    ['courses template', [...helsingoer, ...out('i.xlsx')], []],
    ['courses delete', ['HX-77', ...helsingoer], ['course.delete']],
    ['documentation export', ['--round', '1', '--format', 'csv', ...out('n.csv')], ['documentation.export']],
    ['documentation erase', written, ['documentation.erase']],
    ['staff add', ['--role', 'municipality', '--municipality', '217', '--email', 'a@example.dk'], ['staff.add', 'invitation.make']],
    ['staff list', [], []],
    ['staff invite', ['a@example.dk'], ['invitation.make']],
    ['staff disable', ['a@example.dk'], ['staff.disable']],
    ['staff enable', ['a@example.dk'], ['staff.enable']],
    ['staff reset-totp', ['a@example.dk'], ['staff.reset_totp']],
    ['round close', ['1'], ['round.close']],
    ['round reopen', ['1'], ['round.reopen']],
    ['round close', ['1'], ['round.close']],
    ['answers import', [many, '--round', '3'], ['answers.import']],
    ['round close', ['3'], ['round.close']],
    ['answers export', waited, ['answers.export', 'answers.release', 'answers.export_end']],
    ['answers export', [...anonymised('j.csv'), '--release', '1'], ['answers.export', 'answers.export_end']],
    ['answers export', [...anonymised('k.csv'), '--override-by', 'Bo Lind', '--override-why', 'Aldrig sendt'], ['answers.export', 'answers.release', 'answers.override', 'answers.export_end']],
    ['round finalise', ['1', '--dry-run'], []],
    ['report', ['--round', '3', '--format', 'json', ...out('l.json')], ['answers.report']],
    ['report', ['--round', '3', '--format', 'json', '--profile', 'published', ...out('m.json')], ['answers.report', 'answers.release']],
    ['report', ['--rounds', '1,3', '--format', 'json', ...out('n.json')], ['answers.report', 'answers.report']],
    ['round finalise', ['1', '--yes'], ['round.finalise']],
    ['round set', ['1', '--retain-months', '1'], ['round.set']],
    ['settings set', ['archive_rows', 'internal'], ['setting.set']],
    ['round archive', ['1', ...out('l.zip')], ['answers.export', 'answers.export_end', 'course.export', 'course.export_end', 'round.archive']],
    ['purge', overdue, ['sign_in.refuse', 'installation.purge', 'round.purge']],
    ['purge', ['--dry-run'], []],
    ['purge', [], ['installation.purge']],
    ['audit list', [], []],
    ['audit verify', [], []],
  ];
}

test('every command that acts leaves its row, and none that reads', async () => {
  const help = await hjemsvar.ok('help');
  const commands = [...help.matchAll(/^hjemsvar ([a-z]+)(?: ([a-z][a-z-]*))?(?: .*)?\n {4}/gm)];
  const list = await steps();
  assert.deepEqual(
    [...new Set(list.map(([command]) => command))].sort(),
    commands.map(([, noun, verb]) => (verb ? `${noun} ${verb}` : noun)).sort(),
    'a command is missing here, or gone',
  );
  const first = await newest();
  for (const [command, words, actions] of list) {
    if (command === 'purge')
      // What is over, and attempts with addresses that nobody has.
      await hjemsvar.sql(`INSERT INTO staff_session (hash, staff, complete, seen_at)
        SELECT sha256('old'), id, true, now() - interval '1 hour' FROM staff ON CONFLICT DO NOTHING;
        UPDATE sign_in_unknown SET untold = 3 WHERE told_at = '-infinity'`);
    const before = await newest();
    // Who says that the tests' database may forget, and who serves until there are faults.
    const run = ['doctor', 'questionnaire preview'].includes(command) ? 'cli' : 'ok';
    const all = [...command.split(' '), ...(typeof words === 'function' ? await words() : words)];
    await (run === 'ok' ? hjemsvar.ok(...all) : hjemsvar.cli(all));
    const rows = await since(before);
    assert.deepEqual(rows.map(({ action }) => action), actions, `${command} ${words}`);
  }
  assert.deepEqual(
    await hjemsvar.sql("SELECT actor, details::text FROM audit WHERE action = 'sign_in.refuse'"),
    [['nobody', '{"unknown": 3}']],
    'not the operator, who only tells of them',
  );
  assert.deepEqual(
    await hjemsvar.sql("SELECT details->>'sessions' FROM audit WHERE action = 'installation.purge' ORDER BY id"),
    [['1'], ['1']],
  );
  const { sound, rows } = await hjemsvar.json('audit', 'verify');
  assert.equal(sound, true);
  assert.equal(rows, await newest());

  for (const language of ['da', 'en']) {
    const words = JSON.parse(await readFile(join(checkout, `templates/console_words/${language}.json`), 'utf8'));
    for (const { action } of await since(0))
      assert.ok(words[`audit_does_${action.replaceAll('.', '_')}`], `${action} has no sentence in ${language}`);
    for (const [key] of await hjemsvar.sql('SELECT key FROM setting_key'))
      assert.ok(words[`audit_of_setting_${key}`], `${key} has no name in ${language}`);
  }
  const said = JSON.stringify(await since(first));
  const codes = (await readFile(join(hjemsvar.folder, 'd.pdf'))).length > 0 && (await readFile(join(hjemsvar.folder, 'f.txt'), 'utf8'));
  const links = await hjemsvar.sql('SELECT code FROM link WHERE code IS NOT NULL');
  for (const secret of [
    ...codes.trim().split('\n').map((url) => url.split('/').at(-1)),
    ...links.flat(),
    'Holm', 'Åse', '49280000', 'titel', 'Hemmelig', 'HX-77', 'example.dk', 'Aldrig sendt',
  ])
    assert.ok(!said.includes(secret), `the log holds ${secret}`);
});

test('a row says of what, in which round and municipality, and which part changed', async () => {
  const before = await newest();
  const { round } = await hjemsvar.createRound('--municipality', '787,101');
  await hjemsvar.ok('round', 'set', round, '--title', 'X', '--closes', '2099-01-01');
  await hjemsvar.ok('municipality', 'set', '787', '--email', 'a@b.dk', '--window', '25,45,85,30');
  await hjemsvar.ok('settings', 'set', 'service_name', 'Y');
  await hjemsvar.ok('round', 'set', round, '--title', 'X');
  assert.deepEqual(await since(before), [
    { action: 'round.create', subject: '', round, municipality: null, details: { codes: 'open', municipalities: [101, 787] } },
    { action: 'round.set', subject: '', round, municipality: null, details: { changed: ['closes_at', 'title'] } },
    { action: 'municipality.set', subject: '', round: null, municipality: 787, details: { changed: ['window'] } },
    { action: 'municipality.set', subject: '', round: null, municipality: 787, details: { changed: ['email'] } },
    { action: 'setting.set', subject: 'service_name', round: null, municipality: null, details: {} },
  ], 'and what changes nothing leaves no row');
});

test('an export is told before its first byte, even one that comes to nothing', async () => {
  const { round } = await hjemsvar.createRound();
  const before = await newest();
  const words = ['answers', 'export', '--round', round, '--format', 'csv', '--profile', 'internal'];
  assert.equal((await hjemsvar.cli([...words, '--out', '/dev/full'])).code, 74);
  const full = await since(before);
  assert.deepEqual(full.map(({ action }) => action), ['answers.export']);
  assert.deepEqual(full[0].details, { format: 'csv', profile: 'internal' });
  assert.equal(full[0].round, round);
  const again = await newest();
  await hjemsvar.ok(...words);
  assert.equal((await since(again))[1].details.rows, 0);
  for (const format of ['sav', 'zip']) {
    const built = await newest();
    const flags = ['--round', round, '--format', format, '--profile', 'internal', '--out', '/dev/full'];
    assert.equal((await hjemsvar.cli(['answers', 'export', ...flags])).code, 74);
    assert.deepEqual((await since(built)).map(({ details }) => details), [{ format, profile: 'internal' }]);
  }
  const last = await newest();
  assert.equal((await hjemsvar.cli(['courses', 'export', '--round', '4711', '--format', 'csv'])).code, 65);
  assert.deepEqual(await since(last), [], 'a round that is not there');
  // Where the log takes no row, nothing leaves.
  await hjemsvar.sql('ALTER TABLE audit RENAME TO audit_away');
  try {
    const done = await hjemsvar.cli(words);
    assert.notEqual(done.code, 0);
    assert.equal(done.stdout, '');
  } finally {
    await hjemsvar.sql('ALTER TABLE audit_away RENAME TO audit');
  }
});

test('what is undone leaves no row, and what is done and hidden is found', async () => {
  const { round } = await hjemsvar.createRound();
  const before = await newest();
  const wrong = await hjemsvar.file('wrong.csv', 'municipality_code,language,q1,q2\n217,da,1,2\n999,da,1,2\n');
  assert.equal((await hjemsvar.cli(['answers', 'import', wrong, '--round', round])).code, 65);
  assert.equal((await hjemsvar.cli(['round', 'finalise', round, '--yes'])).code, 77);
  assert.deepEqual(await since(before), []);
  const { round: single } = await hjemsvar.createRound('--codes', 'single');
  await hjemsvar.ok('municipality', 'set', '217', '--contact', 'A', '--phone', '1');
  await hjemsvar.ok('letters', 'approve', '--language', 'da');
  const letters = ['letters', '--round', single, '--municipality', '217', '--codes', '1', '--out'];
  const told = await newest();
  assert.equal((await hjemsvar.cli([...letters, '/dev/full'])).code, 74);
  assert.deepEqual(await hjemsvar.sql('SELECT count(*) FROM letter_batch WHERE round = ' + single), [['0']]);
  assert.deepEqual(await since(told), [], 'letters that nobody got');
  const { stderr } = await hjemsvar.cli([...letters, join(hjemsvar.folder, 'one.pdf')]);
  assert.match(stderr, /: 1 letter, codes of 2 uses;/);
  const [print, make] = await since(told);
  assert.equal(print.subject, make.subject, 'both name the batch');
  await hjemsvar.ok('round', 'close', round);
  await hjemsvar.ok('settings', 'set', 'service_name', 'Z');
  const tampered = (await newest()) - 1;
  const tamper = (statement) =>
    hjemsvar.sql(`ALTER TABLE audit DISABLE TRIGGER USER; ${statement}; ALTER TABLE audit ENABLE TRIGGER USER`);
  await tamper(`DELETE FROM audit WHERE id = ${tampered}`);
  const found = await hjemsvar.cli(['audit', 'verify']);
  assert.equal(found.code, 65);
  assert.ok(found.stderr.includes(`row ${tampered + 1} `), found.stderr);
});
