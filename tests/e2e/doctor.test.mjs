// An installation that was lost and restored from its backup, and hjemsvar doctor, who says that it
// is sound; then each thing is broken on purpose, told by the doctor, and mended again.
import assert from 'node:assert/strict';
import { chmod, cp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Cluster } from './lib/cluster.mjs';
import { Hjemsvar, build, run, sql } from './lib/hjemsvar.mjs';
import { drawNumber, eventually, request, sendJson, startServer, withdraw } from './lib/server.mjs';

const DATA = 65;
const DOWN = 69;
const CONFIG = 78;

// A phone and where it is; before and after.
const PHONE = { 'X-Forwarded-For': '192.0.2.77', 'User-Agent': 'Phone/1.0 (the same)' };
const ANSWER = { submission: drawNumber(), q1: '3', q1_text: 'Farmor', q3: '2', q10: 'Tak for det hele' };

let cluster;
let hjemsvar; // the installation that was restored
let code;
let receipt;

// An installation with an answer on one cluster; dumped, lost, and restored into another one with
// its secret and keys, as docs/operations.md says.
before(async () => {
  cluster = await Cluster.create({ safe: true, bare: true });
  const lost = await Hjemsvar.create();
  code = (await lost.createRound('--traces', 'on')).links[0].code;
  const server = await startServer(lost, { HJEMSVAR_TRUSTED_PROXIES: '127.0.0.0/8' });
  receipt = (await sendJson(server, code, ANSWER, { headers: PHONE })).json().receipt;
  await server.stop();

  const from = `${lost.cluster} dbname=${lost.database}`;
  await ok('pg_dump', '--format=custom', `--file=${join(lost.folder, 'database.dump')}`, `--dbname=${from}`);
  await ok('pg_dumpall', '--roles-only', `--file=${join(lost.folder, 'roles.sql')}`, `--dbname=${from}`);

  hjemsvar = await Hjemsvar.bare(cluster.url);
  await cp(lost.folder, hjemsvar.folder, { recursive: true });
  await chmod(hjemsvar.keys, 0o700);
  await lost.drop();
  const into = `${cluster.url} dbname=${hjemsvar.database}`;
  await run('psql', ['-Xq', '-d', into, '-f', join(hjemsvar.folder, 'roles.sql')]); // says of "postgres" that it is there
  await ok('pg_restore', '--exit-on-error', `--dbname=${into}`, join(hjemsvar.folder, 'database.dump'));
});

after(async () => {
  await hjemsvar?.drop();
  await cluster?.drop();
});

async function ok(program, ...words) {
  const done = await run(program, words);
  assert.equal(done.code, 0, done.stderr);
}

test('what was restored goes on: the answer is there, once, the link works, the receipt, the traces', async () => {
  const server = await startServer(hjemsvar, { HJEMSVAR_TRUSTED_PROXIES: '127.0.0.0/8' });
  assert.equal((await request(server.respondents, `/S/${code}`)).status, 200);
  const again = await sendJson(server, code, ANSWER, { headers: PHONE });
  assert.equal(again.status, 200, 'the same answer, sent again');
  assert.equal(again.json().receipt, receipt);
  assert.match(
    await hjemsvar.ok('answers', 'export', '--round', '1', '--format', 'csv', '--profile', 'internal', '--out', '-'),
    /Tak for det hele/,
  );
  const other = await sendJson(server, code, { ...ANSWER, submission: drawNumber() }, { headers: PHONE });
  assert.equal(other.status, 201);
  const tags = await hjemsvar.sql('SELECT DISTINCT network, device FROM submission_trace');
  assert.equal(tags.length, 1, 'the same phone has the same tags under the key from before');
  assert.equal((await withdraw(server, code, receipt)).status, 200);
  await server.stop();
});

const SOUND = {
  HJEMSVAR_CONSOLE_URL: 'https://konsol.example',
  HJEMSVAR_TRUSTED_PROXIES: '127.0.0.1',
};

// What it finds, but what is sound; checks that the exit code fits and that whatever is wrong says
// how to mend it.
async function findings(code, env = {}) {
  const done = await hjemsvar.cli(['doctor', '--json'], { env: { ...SOUND, ...env } });
  assert.equal(done.code, code, done.stdout + done.stderr);
  const { sound, findings: all } = JSON.parse(done.stdout);
  assert.equal(sound, code === 0);
  const found = all.filter(({ state }) => state !== 'ok');
  for (const { says, hint } of found) assert.ok(hint, `no hint: ${says}`);
  return found.map(({ part, state, says, hint }) => `${state} ${part}: ${says}; ${hint}`);
}

const only = (found, pattern) => {
  assert.equal(found.length, 1, found.join('\n'));
  assert.match(found[0], pattern);
};
const some = (found, pattern) =>
  assert.ok(found.some((line) => pattern.test(line)), found.join('\n'));

// All that a login of the tests' cluster cannot help: it is a superuser's.
const withoutLogin = (found) => found.filter((line) => !/the login is a superuser/.test(line));
const sick = async (code, env) => withoutLogin(await findings(code, env));

test('a sound installation is sound, in words and for programs', async () => {
  assert.deepEqual(await sick(0), []);
  const done = await hjemsvar.cli(['doctor'], { env: SOUND });
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /^ok +secret: /m);
  assert.match(done.stdout, /^ok +audit log: \d+ rows, unbroken$/m);
  assert.match(done.stdout, /^sound/m);
  assert.equal(done.stderr, '');
});

test('what is wrong is said once more on stderr, with the hint below it', async () => {
  const done = await hjemsvar.cli(['doctor'], {
    env: { ...SOUND, HJEMSVAR_PUBLIC_URL: 'http://svar.example' },
  });
  assert.equal(done.code, CONFIG);
  assert.match(done.stdout, /^wrong +public address: .* in the clear\n +hint: set it to the https/m);
  assert.match(done.stderr, /^hjemsvar: 1 thing is wrong; hint: see above$/m);
});

test('addresses: not encrypted, only of this machine, no proxy, figures for all', async () => {
  only(await sick(CONFIG, { HJEMSVAR_CONSOLE_URL: 'http://konsol.example' }), /^wrong console's address.*in the clear/);
  some(await sick(0, { HJEMSVAR_PUBLIC_URL: 'http://127.0.0.1:8080' }), /^notice public address.*this machine/);
  only(await sick(0, { HJEMSVAR_TRUSTED_PROXIES: '' }), /^notice proxy.*HJEMSVAR_TRUSTED_PROXIES/);
  only(await sick(0, { HJEMSVAR_OPS_LISTEN: '0.0.0.0:8082' }), /^notice operations.*0\.0\.0\.0/);
});

test('the secret: none, another, one that others may read, an old one', async () => {
  const none = await sick(CONFIG, { HJEMSVAR_SECRET_FILE: '' });
  some(none, /^wrong secret: HJEMSVAR_SECRET_FILE is not set/);
  some(none, /^notice database: whether it is the installation's cannot be told.*mend that first/);
  some(await sick(CONFIG, { HJEMSVAR_SECRET_FILE: '/nowhere' }), /^wrong secret: there is no secret/);
  some(await sick(CONFIG, { HJEMSVAR_SECRET_FILE: hjemsvar.keys }), /^wrong secret: .*cannot be read; see that it is a file, and that this user may read it/);
  const other = await hjemsvar.file('other', 'x'.repeat(48), 0o600);
  only(await sick(CONFIG, { HJEMSVAR_SECRET_FILE: other }), /^wrong database: .*secret/);
  only(await sick(0, { HJEMSVAR_SECRET_PREVIOUS_FILE: other }), /^notice secret: the one before/);
  await chmod(other, 0o644);
  some(await sick(CONFIG, { HJEMSVAR_SECRET_FILE: other }), /^wrong secret: others may read .*chmod 600/);
});

test('keys: the folder is open to others, a file, gone; the key of an open round is gone or none; no room', async () => {
  await chmod(hjemsvar.keys, 0o755);
  only(await sick(CONFIG), /^wrong keys: others may enter .*chmod 700/);
  await chmod(hjemsvar.keys, 0o700);
  some(await sick(CONFIG, { HJEMSVAR_KEY_DIR: hjemsvar.secret }), /^wrong keys: .*no folder/);
  const gone = await sick(CONFIG, { HJEMSVAR_KEY_DIR: join(hjemsvar.folder, 'none') });
  some(gone, /^notice keys: .*made with the first round/);
  some(gone, /^wrong keys: round 1 .*is not there/);
  const key = join(hjemsvar.keys, 'round-1.key');
  await rename(key, `${key}.away`);
  only(await sick(CONFIG), /^wrong keys: round 1 \(Test\).*is not there, so that its repeats are not found/);
  await writeFile(key, 'not a key', { mode: 0o600 });
  only(await sick(CONFIG), /^wrong keys: round 1 \(Test\).*cannot be used, so that its repeats are not found.*mode 0600/);
  await rename(`${key}.away`, key);
  const below = join(hjemsvar.secret, 'keys'); // no folder can be there
  some(await sick(CONFIG, { HJEMSVAR_KEY_DIR: below }), /^wrong keys: .* cannot be looked at: .*HJEMSVAR_KEY_DIR/);
  only(await sick(0, { TMPDIR: '/nowhere' }), /^notice exports: the free space of \/nowhere is not known/);
  some(await sick(CONFIG, { HJEMSVAR_KEY_DIR: '/proc' }), /^wrong keys: \/proc has 0 MiB left/);
  only(await sick(0, { TMPDIR: '/proc' }), /^notice exports: \/proc has 0 MiB left/);
});

test('fonts that are not there', async () => {
  const FONTCONFIG_FILE = await hjemsvar.file('fonts.conf', '<fontconfig/>');
  only(await sick(CONFIG, { FONTCONFIG_FILE }), /^wrong fonts: there is no Noto Sans.*fonts-noto-core/);
});

test('the program that sets letters is not beside the others, or may not be run', async () => {
  const alone = join(hjemsvar.folder, 'hjemsvar');
  await cp(join(build, 'hjemsvar'), alone);
  const env = { ...hjemsvar.env, ...SOUND };
  const looked = await run(alone, ['doctor'], { env });
  assert.equal(looked.code, CONFIG, looked.stderr);
  assert.match(looked.stdout, /^wrong +letters: hjemsvar-press is of no use \(No such file or directory\), so that no letter/m);
  const press = join(hjemsvar.folder, 'hjemsvar-press');
  await writeFile(press, '', { mode: 0o644 });
  assert.match((await run(alone, ['doctor'], { env })).stdout, /^wrong +letters: hjemsvar-press is of no use \(Permission denied\)/m);
  await rm(press);
  const path = join(hjemsvar.folder, 'logo.svg');
  await writeFile(path, '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  const set = await run(alone, ['municipality', 'set', '101', '--logo', path], { env });
  assert.equal(set.code, CONFIG, set.stderr);
  assert.match(set.stderr, /^hjemsvar: hjemsvar-press, .* is of no use: No such file or directory; hint: make install/);
});

test('the database: none named, none to be understood, none there, empty, behind', async () => {
  some(await sick(CONFIG, { HJEMSVAR_DATABASE_URL: '' }), /^wrong database: HJEMSVAR_DATABASE_URL is not set/);
  some(await sick(CONFIG, { HJEMSVAR_DATABASE_URL: 'nonsense=1' }), /^wrong database: connecting: .*cannot be read; write it as/);
  const nowhere = { HJEMSVAR_DATABASE_URL: `host=${hjemsvar.folder} dbname=hjemsvar` };
  only(await sick(DOWN, nowhere), /^wrong database: connecting: .*see that PostgreSQL runs/);
  const empty = await Hjemsvar.create({ migrate: false });
  try {
    const { HJEMSVAR_DATABASE_URL } = empty.env;
    some(await sick(CONFIG, { HJEMSVAR_DATABASE_URL }), /^wrong database: .*migrate/);
  } finally {
    await empty.drop();
  }
  const last = '(SELECT max(number) FROM schema_migration)';
  await hjemsvar.sql(`CREATE TABLE kept AS SELECT * FROM schema_migration WHERE number = ${last};
    DELETE FROM schema_migration WHERE number = ${last}`);
  only(await sick(CONFIG), /^wrong database: .*lacks migration .*run hjemsvar migrate/);
  await hjemsvar.sql('INSERT INTO schema_migration SELECT * FROM kept; DROP TABLE kept');
});

test('the database keeps other characters than the world has', async () => {
  const bytes = `${hjemsvar.database}_bytes`;
  await hjemsvar.sql(`CREATE DATABASE ${bytes} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0`);
  const HJEMSVAR_DATABASE_URL = `${cluster.url} dbname=${bytes}`;
  some(await sick(CONFIG, { HJEMSVAR_DATABASE_URL }), /^wrong database: its encoding is not UTF8/);
});

// As an administrator does it, until it holds for who connects.
async function pageWrites(change, until) {
  await hjemsvar.sql(`ALTER SYSTEM ${change}`);
  await hjemsvar.sql('SELECT pg_reload_conf()');
  await eventually(() => hjemsvar.sql('SHOW full_page_writes'), ([[value]]) => value === until);
}

// A copy of the database whose functions of PostgreSQL say something else; its clock is ahead.
async function bent(seconds, ...more) {
  const database = `${hjemsvar.database}_bent`;
  await sql('postgres', `DROP DATABASE IF EXISTS ${database}`, cluster.url);
  await sql('postgres', `CREATE DATABASE ${database} TEMPLATE ${hjemsvar.database}`, cluster.url);
  const says = (name, returns, body) =>
    sql(database, `CREATE OR REPLACE FUNCTION pg_catalog.${name} RETURNS ${returns} LANGUAGE sql AS $$SELECT ${body}$$`, cluster.url);
  await says('clock_timestamp()', 'timestamptz', `now() + interval '${seconds} s'`);
  for (const one of more) await says(...one);
  return { HJEMSVAR_DATABASE_URL: `${cluster.url} dbname=${database}` };
}

test("the database is too old, knows no Danish time, or keeps another time than this machine", async () => {
  const env = await bent(
    90,
    ['current_setting(text)', 'text', `CASE $1 WHEN 'server_version_num' THEN '140011' ELSE current_setting($1, false) END`],
    ['timezone(text, timestamptz)', 'timestamp', `timezone('UTC', $2)`],
  );
  const found = await sick(CONFIG, env);
  some(found, /^wrong database: PostgreSQL is version 14; 15 or later is needed/);
  some(found, /^wrong database: it does not know summer and winter time of Copenhagen; apt-get install tzdata/);
  some(found, /^wrong clock: it is \d+ s from the database's; .*NTP/);
  only(await sick(0, await bent(7)), /^notice clock: it is \d s from the database's/);
});

test('the database would forget answers that parents were thanked for', async () => {
  await hjemsvar.sql(`ALTER DATABASE ${hjemsvar.database} SET synchronous_commit = off`);
  only(await sick(CONFIG), /^wrong database: synchronous_commit is off/);
  await hjemsvar.sql(`ALTER DATABASE ${hjemsvar.database} RESET synchronous_commit`);
  await pageWrites('SET full_page_writes = off', 'off');
  only(await sick(CONFIG), /^wrong database: full_page_writes is off.*ALTER SYSTEM RESET full_page_writes/);
  await pageWrites('RESET full_page_writes', 'on');
  const other = await Hjemsvar.create(); // on the cluster of the tests, which may forget
  const { HJEMSVAR_DATABASE_URL } = other.env;
  some(await sick(CONFIG, { HJEMSVAR_DATABASE_URL }), /^wrong database: fsync is off/);
  await other.drop();
});

test('the database takes nothing in', async () => {
  const set = (what) => sql('postgres', `ALTER DATABASE ${hjemsvar.database} ${what}`, cluster.url);
  await set('SET default_transaction_read_only = on');
  only(await sick(CONFIG), /^wrong database: default_transaction_read_only is on, so that it takes no answer/);
  await set('RESET default_transaction_read_only');
});

test('roles lack a right, have one too many, or see rows of everybody', async () => {
  await hjemsvar.sql('REVOKE SELECT ON submission FROM hjemsvar_export');
  only(await sick(CONFIG), /^wrong roles: hjemsvar_export lacks SELECT on submission/);
  await hjemsvar.sql('GRANT SELECT ON submission TO hjemsvar_export, hjemsvar_console');
  only(await sick(CONFIG), /^wrong roles: hjemsvar_console has, and should not, SELECT on submission/);
  await hjemsvar.sql('REVOKE SELECT ON submission FROM hjemsvar_console; ALTER TABLE round DISABLE ROW LEVEL SECURITY');
  only(await sick(CONFIG), /^wrong roles: everybody lacks ROW LEVEL SECURITY on round/);
  await hjemsvar.sql('ALTER TABLE round ENABLE ROW LEVEL SECURITY; REVOKE SELECT ON schema_migration FROM hjemsvar_console');
  only(await sick(CONFIG), /^wrong roles: permission denied for table schema_migration.*restore with rights/);
  await hjemsvar.sql('GRANT SELECT ON schema_migration TO hjemsvar_console; REVOKE SELECT ON translation FROM hjemsvar_console');
  only(await sick(CONFIG), /^wrong translations: it cannot be looked at: permission denied for table translation.*restore with rights/);
  await hjemsvar.sql('GRANT SELECT ON translation TO hjemsvar_console');
});

test('a login that is no member of the roles', async () => {
  const login = `hv_stranger_${process.pid}`;
  await hjemsvar.sql(`CREATE ROLE ${login} LOGIN; GRANT CONNECT ON DATABASE ${hjemsvar.database} TO ${login}`);
  const HJEMSVAR_DATABASE_URL = hjemsvar.env.HJEMSVAR_DATABASE_URL.replace(/user=\S+/, '') + ` user=${login}`;
  only(await sick(CONFIG, { HJEMSVAR_DATABASE_URL }), /^wrong database: taking one of its roles: .*hjemsvar migrate/);
  await hjemsvar.sql(`REVOKE CONNECT ON DATABASE ${hjemsvar.database} FROM ${login}; DROP ROLE ${login}`);
});

test('a login that is a superuser is told', async () => {
  some(await findings(0), /^notice database: the login is a superuser/);
});

test('a round that does not open, or offers what nobody has read', async () => {
  await hjemsvar.sql("DELETE FROM setting WHERE key = 'dpo_contact'");
  only(await sick(CONFIG), /^wrong settings: round 1 \(Test\) does not open: dpo_contact is empty.*settings set dpo_contact/);
  await hjemsvar.sql("DELETE FROM setting WHERE key = 'rights'");
  only(await sick(CONFIG), /^wrong settings: round 1 \(Test\) does not open: \S+ and others are empty; /);
  for (const key of ['dpo_contact', 'rights']) await hjemsvar.ok('settings', 'set', key, 'test');
  await hjemsvar.ok('round', 'set', '1', '--allow-drafts', '--languages', 'da,ar');
  only(await sick(0), /^notice translations: round 1 offers "ar".*questionnaire approve bilag8 --version 1 --language ar/);
  await hjemsvar.ok('round', 'set', '1', '--languages', 'da');
});

test('a round that nobody is asked in', async () => {
  await hjemsvar.sql('CREATE TABLE kept AS SELECT * FROM link; SET session_replication_role = replica; DELETE FROM link');
  only(await sick(0), /^notice rounds: round 1 \(Test\) has no municipality.*make another with --municipality/);
  await hjemsvar.sql('SET session_replication_role = replica; INSERT INTO link SELECT * FROM kept; DROP TABLE kept');
});

// Past all triggers.
const roundSet = (columns) =>
  hjemsvar.sql(`ALTER TABLE round DISABLE TRIGGER USER; UPDATE round SET ${columns}; ALTER TABLE round ENABLE TRIGGER USER`);

test('a round past its retention: what is to be done next', async () => {
  const late = (next) => new RegExp(`^notice retention: round 1 \\(Test\\) was to be kept until 2020-01-01; ${next}`);
  await roundSet("retain_until = '2020-01-01'");
  only(await sick(0), late('hjemsvar round finalise'));
  await roundSet('closed_at = now(), finalised_at = now()');
  only(await sick(0), late('hjemsvar round archive'));
  await hjemsvar.sql(`SET session_replication_role = replica;
    INSERT INTO round_archive (round, profile, sha256, bytes, received_at) VALUES (1, 'internal', sha256(''), 1, now())`);
  only(await sick(0), late('hjemsvar purge deletes it'));
  await hjemsvar.sql('SET session_replication_role = replica; DELETE FROM round_archive');
  await roundSet('retain_until = NULL, closed_at = NULL, finalised_at = NULL');
});

test('an audit log that was written in', async () => {
  await hjemsvar.sql(`SET session_replication_role = replica;
    UPDATE audit SET action = 'nothing.happened' WHERE id = (SELECT max(id) FROM audit)`);
  only(await sick(CONFIG), /^wrong audit log: its chain is broken at row \d+/);
  assert.equal((await hjemsvar.cli(['audit', 'verify'])).code, DATA);
});
