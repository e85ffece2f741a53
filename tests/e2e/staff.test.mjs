// Accounts and the audit log at the command line.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hjemsvar } from './lib/hjemsvar.mjs';

const TOKEN = /^[0-9A-HJKMNP-TV-Z]{52}$/;

let hjemsvar; // shared by tests that make accounts of their own
before(async () => {
  hjemsvar = await Hjemsvar.create();
  hjemsvar.env.HJEMSVAR_CONSOLE_URL = 'https://konsol.example/';
});
after(() => hjemsvar?.drop());

const add = (email, ...words) => hjemsvar.json('staff', 'add', '--email', email, ...words);
const helsingoer = ['--role', 'municipality', '--municipality', '217'];

/** Runs a command that must fail with this code and one line that matches. */
async function fails(words, code, ...patterns) {
  const done = await hjemsvar.cli(words);
  assert.equal(done.code, code, `${words.join(' ')}: ${done.stderr}`);
  assert.match(done.stderr, /^hjemsvar: [^\n]*\n$/);
  for (const pattern of patterns) assert.match(done.stderr, pattern);
  return done;
}

test('an account gets a one-time link at the address of the console', async () => {
  const words = ['staff', 'add', ...helsingoer, '--email', 'anne@example.dk', '--name', 'Anne Holm'];
  const done = await hjemsvar.cli(words);
  assert.equal(done.code, 0, done.stderr);
  assert.equal(done.stderr, '');
  const [url, rest] = done.stdout.split('\n');
  assert.ok(url.startsWith('https://konsol.example/invitation/'));
  assert.match(url.split('/').at(-1), TOKEN);
  assert.match(rest, /anne@example\.dk alone/);
  const rows = await hjemsvar.json('staff', 'list');
  const row = rows.find((one) => one.email === 'anne@example.dk');
  assert.equal(row.name, 'Anne Holm');
  assert.equal(row.role, 'municipality');
  assert.equal(row.municipality, 217);
  assert.deepEqual(row.rounds, []);
  assert.equal(row.has_password, false);
  const days = (new Date(row.invited_until) - Date.now()) / 86_400_000;
  assert.ok(days > 6.9 && days < 7.1, row.invited_until);
  assert.match(await hjemsvar.ok('staff', 'list'), /\d+ +anne@example\.dk +Anne Holm +municipality +Helsingør +invited/);
});

test('the link stands in the database as a hash and nowhere else', async () => {
  const { staff, url } = await add('bo@example.dk', '--role', 'admin');
  const token = url.split('/').at(-1);
  const dump = await hjemsvar.sql(
    "SELECT string_agg(t::text, ' ') FROM (SELECT i::text FROM invitation i UNION ALL" +
      ' SELECT a::text FROM audit a UNION ALL SELECT s::text FROM staff s) AS t',
  );
  assert.ok(!dump.flat().join().includes(token));
  const again = await hjemsvar.json('staff', 'invite', 'BO@example.dk');
  assert.equal(again.staff, staff);
  assert.notEqual(again.url, url);
  const open = await hjemsvar.sql(`SELECT count(*) FROM invitation WHERE staff = ${staff}`);
  assert.deepEqual(open, [['1']], 'the earlier link is gone');
});

test('the address of the console is where it listens when nothing else is said', async () => {
  const env = { HJEMSVAR_CONSOLE_URL: undefined, HJEMSVAR_CONSOLE_LISTEN: ':9081' };
  const words = ['staff', 'add', '--role', 'admin', '--email', 'cy@example.dk', '--json'];
  const done = await hjemsvar.cli(words, { env });
  assert.ok(JSON.parse(done.stdout).url.startsWith('http://127.0.0.1:9081/invitation/'));
});

test('an evaluator may be confined to rounds', async () => {
  const { round } = await hjemsvar.createRound();
  const { staff } = await add('dy@example.dk', '--role', 'evaluator', '--rounds', `${round}`);
  const row = (await hjemsvar.json('staff', 'list')).find((one) => one.staff === staff);
  assert.deepEqual(row.rounds, [round]);
  assert.equal(row.municipality, null);
});

test('a wrong account is refused in one line that says how to mend it', async () => {
  await add('taken@example.dk', ...helsingoer);
  const at = (email, ...words) => ['staff', 'add', '--email', email, ...words];
  await fails(at('Taken@example.dk', ...helsingoer), 65, /has an account/, /hint: /);
  await fails(at('no-address', ...helsingoer), 65, /no e-mail address/, /hint: /);
  await fails(at('e@example.dk', '--role', 'boss'), 64, /"boss"/, /hint: /);
  await fails(at('e@example.dk', '--role', 'municipality'), 65, /needs one/, /hint: /);
  await fails(at('e@example.dk', '--role', 'municipality', '--municipality', '999'), 65, /no such municipality/);
  await fails(at('e@example.dk', '--role', 'admin', '--municipality', '217'), 65, /reaches all/);
  await fails(at('e@example.dk', '--role', 'evaluator', '--rounds', '4711'), 65, /round 4711/);
  await fails(at('e@example.dk', '--role', 'evaluator', '--rounds', 'one'), 64, /"one"/);
  await fails(['staff', 'add', '--role', 'admin'], 64, /--email/);
  await fails(['staff', 'disable', 'nobody@example.dk'], 65, /nobody@example\.dk/, /hint: /);
  const rows = await hjemsvar.json('staff', 'list');
  assert.ok(!rows.some((one) => one.email === 'e@example.dk'));
});

test('a disabled account is signed out, keeps no link, and can be enabled again', async () => {
  const { staff } = await add('fy@example.dk', ...helsingoer);
  await hjemsvar.sql(
    `INSERT INTO staff_session (hash, staff, complete) VALUES (sha256('x'), ${staff}, true)`,
  );
  assert.match(await hjemsvar.ok('staff', 'disable', 'fy@example.dk'), /disabled/);
  assert.deepEqual(await hjemsvar.sql(`SELECT count(*) FROM staff_session WHERE staff = ${staff}`), [['0']]);
  assert.deepEqual(await hjemsvar.sql(`SELECT count(*) FROM invitation WHERE staff = ${staff}`), [['0']]);
  await fails(['staff', 'invite', 'fy@example.dk'], 77, /disabled/, /hint: /);
  await hjemsvar.ok('staff', 'enable', 'fy@example.dk');
  await hjemsvar.json('staff', 'invite', 'fy@example.dk');
  await hjemsvar.ok('staff', 'reset-totp', 'fy@example.dk');
  const log = await hjemsvar.json('audit', 'list');
  const own = log.filter((row) => row.subject === `staff ${staff}`).map((row) => row.action);
  assert.deepEqual(own, ['staff.reset_totp', 'invitation.make', 'staff.enable', 'staff.disable', 'invitation.make', 'staff.add']);
  assert.ok(log.every((row) => row.actor === 'operator'));
});

test('the audit log is listed in pages, from the newest', async () => {
  const all = await hjemsvar.json('audit', 'list');
  assert.ok(all.length > 6);
  assert.deepEqual(all.map((row) => row.id), all.map((_, i) => all.length - i));
  const page = await hjemsvar.json('audit', 'list', '--limit', '3', '--before', `${all[2].id}`);
  assert.deepEqual(page, all.slice(3, 6));
  assert.match(await hjemsvar.ok('audit', 'list', '--limit', '2'), /^ROW +WHEN +WHO +WHAT/);
  await fails(['audit', 'list', '--limit', '0'], 64, /--limit/);
});

test('audit verify gives the head, and finds what was changed since', async () => {
  const own = await Hjemsvar.create({ settings: false });
  try {
    const { rows: first, head: begin, ...verdict } = await own.json('audit', 'verify');
    assert.deepEqual(verdict, { sound: true, flaw: 'sound', row: 0 });
    assert.match(begin, /^[0-9a-f]{64}$/);
    for (const name of ['a', 'b', 'c']) {
      await own.ok('staff', 'add', '--role', 'admin', '--email', `${name}@example.dk`);
    }
    const { head, rows } = await own.json('audit', 'verify');
    assert.equal(rows, first + 6);
    await own.ok('audit', 'verify', '--expect', head.toUpperCase());
    await own.ok('staff', 'disable', 'a@example.dk');
    await own.ok('audit', 'verify', '--expect', head);
    const said = await own.ok('audit', 'verify');
    assert.match(said, /^\d+ rows, sound; head [0-9a-f]{64}\n$/);
    assert.ok(said.startsWith(`${first + 7} rows`), said);

    const tamper = (sql) =>
      own.sql(`ALTER TABLE audit DISABLE TRIGGER USER; ${sql}; ALTER TABLE audit ENABLE TRIGGER USER`);
    await tamper("UPDATE audit SET actor_name = 'somebody else' WHERE id = 3");
    const changed = await own.cli(['audit', 'verify', '--json']);
    assert.equal(changed.code, 65);
    assert.match(changed.stderr, /row 3 .*changed.*hint: /);
    assert.equal(JSON.parse(changed.stdout).row, 3);
    await tamper('DELETE FROM audit WHERE id = 3');
    const missing = await own.cli(['audit', 'verify']);
    assert.equal(missing.code, 65);
    assert.match(missing.stderr, /row 4 .*taken out/);
    await tamper('DELETE FROM audit');
    const cut = await own.cli(['audit', 'verify', '--expect', head]);
    assert.equal(cut.code, 65);
    assert.match(cut.stderr, /cut off/);
    assert.equal((await own.cli(['audit', 'verify', '--expect', 'abc'])).code, 64);
  } finally {
    await own.drop();
  }
});

test('purge deletes what is over, and says what it would delete', async () => {
  const { staff } = await add('gy@example.dk', ...helsingoer);
  await hjemsvar.createRound();
  await hjemsvar.sql(
    `INSERT INTO staff_session (hash, staff, complete, seen_at)
     VALUES (sha256('old'), ${staff}, true, now() - interval '31 minutes'), (sha256('new'), ${staff}, true, now());
     INSERT INTO sign_in_attempt (key, failures, tried_at)
     VALUES (substr(sha256('k'), 1, 16), 3, now() - interval '25 hours');
     INSERT INTO course_upload (staff, round, municipality, courses, created_at)
     SELECT ${staff}, round, municipality, 'x', now() - interval '61 minutes' FROM link
     UNION ALL SELECT ${staff}, round, municipality, 'x', now() - interval '59 minutes' FROM link`,
  );
  const [[uploads]] = await hjemsvar.sql('SELECT count(*) FROM link');
  const expected = { sessions: 1, invitations: 0, attempts: 1, uploads: Number(uploads), rounds: [] };
  assert.deepEqual(await hjemsvar.json('purge', '--dry-run'), expected);
  assert.deepEqual(await hjemsvar.json('purge'), expected);
  assert.deepEqual(await hjemsvar.json('purge'), {
    sessions: 0,
    invitations: 0,
    attempts: 0,
    uploads: 0,
    rounds: [],
  });
  assert.deepEqual(await hjemsvar.sql(`SELECT count(*) FROM staff_session WHERE staff = ${staff}`), [['1']]);
});
