// faults.mjs FOLDER SEED SECONDS: what bench/faults.sh runs, as root in namespaces of its own.
// Faults in turn, then at random for so many seconds, each under load; prints a line for each and
// writes what it saw to stdout, as JSON.
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { Cluster } from '../tests/e2e/lib/cluster.mjs';
import { random } from '../tests/e2e/lib/families.mjs';
import { Hjemsvar, checkout } from '../tests/e2e/lib/hjemsvar.mjs';
import { eventually, request, startServer } from '../tests/e2e/lib/server.mjs';
import { Console, proxied } from '../tests/e2e/lib/staff.mjs';
import { Wire } from '../tests/e2e/lib/wire.mjs';
import { Disk, ok } from './faults_disk.mjs';
import { CLOCKS, KINDS, ended } from './faults_kinds.mjs';
import { Ledger, pause } from './faults_ledger.mjs';
import { Pair } from './faults_pair.mjs';

const SOME = 200; // answers before and after a fault
const CODES = 1500;
const MUNICIPALITY = 217;
const SHEET_LINKS = 4; // each takes 1,000 sheets
const QUIET_MS = 1000; // after a fault, to see that nobody is turned away any more
const REPLY_MAX_S = 10;
const BACK_MAX_S = 5;
const DESCRIPTORS_SPARE = 16; // the pools connect when they have to
const MEMORY_SPARE_MIB = 16;
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

const [folder, seed, seconds] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const draw = random(seed);
const rows = [];
const findings = [];

function say(text) {
  process.stderr.write(`faults: ${text}\n`);
}

function finding(name, what) {
  findings.push(`${name}: ${what}`);
  say(`FINDING: ${name}: ${what}`);
}

// ---- what the faults are done to

// What no round is needed for: who is signed in, the notice of known children, whose letters they are.
async function settleIn(setting) {
  const { hjemsvar, servers } = setting;
  await hjemsvar.ok('questionnaire', 'add', join(checkout, 'tests/fixtures/questionnaires/good/personal.json'));
  for (const key of ['contact', 'dpo', 'purpose', 'basis', 'recipients', 'retention'])
    await hjemsvar.ok('settings', 'set', `personal_${key}`, `ord om ${key}`, '--municipality', MUNICIPALITY);
  await hjemsvar.ok('municipality', 'set', MUNICIPALITY, '--contact', 'Anne Holm', '--phone', '49 28 28 28');
  const desk = new Console();
  Object.assign(desk, { hjemsvar, server: servers[0] });
  await desk.account({ email: 'anne@example.dk', role: 'evaluator', municipality: MUNICIPALITY });
  setting.staff = await desk.signIn('anne@example.dk');
}

async function makeSheetLink(staff, round) {
  const form = { name: 'Team Nord', days: 90 };
  const { text } = await staff.post(`/rounds/${round}/municipalities/${MUNICIPALITY}/courses/sheets`, form);
  return /id="link" value="[^"]*\/A\/(\w+)"/.exec(text)[1];
}

// A round with an open link and links to its registration sheet, one with single-use codes, one of
// known children.
async function makeLinks(setting, round) {
  const { hjemsvar, staff } = setting;
  const coded = await hjemsvar.createRound('--codes', 'single', '--uses', '1', '--municipality', MUNICIPALITY);
  const words = ['codes', 'make', '--round', coded.round, '--municipality', MUNICIPALITY, '--letters', CODES];
  const codes = (await hjemsvar.ok(...words)).trim().split('\n').map((link) => link.split('/').pop());
  const known = await hjemsvar.createRound('--questionnaire', 'trivsel', '--municipality', MUNICIPALITY);
  const sheets = [];
  while (sheets.length < SHEET_LINKS) sheets.push(await makeSheetLink(staff, round.round));
  await served(setting, known.links[0].code);
  return {
    open: round.links[0].code,
    codes,
    known: known.links[0].code,
    sheets,
    forms: `/rounds/${known.round}/municipalities/${MUNICIPALITY}/forms/new`,
    letters: `/rounds/${coded.round}/municipalities/${MUNICIPALITY}/letters.pdf`,
    staff,
    rounds: [round.round, coded.round, known.round],
  };
}

async function alone() {
  await mkdir(join(folder, 'pg'));
  const tables = await Disk.create(join(folder, 'pg', 'tables'));
  const log = await Disk.create(join(folder, 'pg', 'log'));
  const cluster = await Cluster.create({ safe: true, folder: join(tables.folder, 'cluster') });
  await moveLog(cluster, join(log.folder, 'pg_wal'));
  const hjemsvar = await Hjemsvar.create({ cluster: cluster.url });
  const wire = await Wire.create(cluster.url);
  const clock = await hjemsvar.file('clock', '+0');
  const setting = { cluster, tables, log, hjemsvar, wire, clock, draw, env: {} };
  setting.serve = async () => {
    const url = { HJEMSVAR_DATABASE_URL: wire.url(hjemsvar.database) };
    setting.server = await startServer(hjemsvar.env, { ...proxied, ...url, ...setting.env });
    setting.servers = [setting.server];
    setting.target = setting.server;
    if (setting.staff) setting.staff.server = setting.server;
    if (setting.load) setting.load.server = setting.server;
  };
  await setting.serve();
  await settleIn(setting);
  setting.links = await makeLinks(setting, await hjemsvar.createRound());
  return setting;
}

// PostgreSQL's log on a disk of its own.
async function moveLog(cluster, place) {
  const wal = join(cluster.data, 'pg_wal');
  await cluster.stop('fast');
  await ok('cp', '-a', wal, place);
  await ok('rm', '-r', wal);
  await ok('ln', '-s', place, wal);
  await cluster.start();
}

// ---- one fault

async function ready({ servers }) {
  await Promise.all(
    servers.map(({ operations }) =>
      eventually(() => request(operations, '/readyz').catch(() => ({})), ({ status }) => status === 200),
    ),
  );
}

// Waits until a questionnaire can be answered everywhere.
const served = ({ servers }, code) =>
  Promise.all(
    servers.map(({ respondents }) =>
      eventually(
        () => request(respondents, `/S/${code}`, { agent: false }).catch(() => ({})),
        ({ status }) => status === 200,
      ),
    ),
  );

// A round that is made now, once it can be answered.
async function changed(setting) {
  const round = await eventually(
    () => setting.hjemsvar.createRound().catch(({ message }) => ({ status: message })),
    ({ links }) => links !== undefined,
  );
  await served(setting, round.links[0].code);
  return round;
}

// Waits until all is as it was: seconds until answers are taken, seconds until changes are seen.
async function recover(setting, answers) {
  const { load } = setting;
  load.over();
  const since = () => (performance.now() - load.endedAt) / 1000;
  const seen = changed(setting).then((round) => ({ round, changes: since() }));
  await ready(setting);
  const readyAfter = since();
  await load.acknowledged(answers);
  await load.until(() => load.firstThanks !== undefined, 'an answer after the fault');
  await pause(QUIET_MS);
  const { round, changes } = await seen;
  return { round, changes, answers: Math.max(readyAfter, load.backAfterS) };
}

async function figures({ servers: [server] }) {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
  return {
    pid: server.pid,
    descriptors: (await readdir(`/proc/${server.pid}/fd`)).length,
    memory_mib: Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024,
  };
}

async function idle({ servers: [server] }) {
  const none = /^hjemsvar_connections\{listener="respondents"\} 0$/m;
  await eventually(() => request(server.operations, '/metrics'), ({ text }) => none.test(text));
}

// The same process must not hold more and more.
async function checkLeaks(setting, row) {
  setting.load.close();
  await idle(setting);
  const after = await figures(setting);
  Object.assign(row, after);
  const first = setting.first?.pid === after.pid ? setting.first : (setting.first = after);
  if (after.descriptors > first.descriptors + DESCRIPTORS_SPARE)
    finding(row.name, `${after.descriptors} descriptors open, ${first.descriptors} before`);
  if (after.memory_mib > first.memory_mib + MEMORY_SPARE_MIB && !process.env.ASAN_OPTIONS)
    finding(row.name, `${after.memory_mib.toFixed(1)} MiB resident, ${first.memory_mib.toFixed(1)} before`);
}

function checkPromises(row) {
  if (row.lost > 0) finding(row.name, `${row.lost} acknowledged answers are not stored as sent`);
  if (row.twice > 0) finding(row.name, `${row.twice} answers are stored twice`);
  if (row.slowest_s > REPLY_MAX_S) finding(row.name, `a reply took ${row.slowest_s.toFixed(1)} s`);
  for (const what of ['answers', 'changes'])
    if (row[`${what}_after_s`] > BACK_MAX_S)
      finding(row.name, `${what} are taken ${row[`${what}_after_s`].toFixed(1)} s after the fault's end`);
}

// What was not acknowledged is sent again; then all is there, once.
async function settle(setting, row) {
  const { load, hjemsvar } = setting;
  await load.settle();
  const { stored, lost, twice } = await load.look(hjemsvar);
  row.lost += lost;
  row.twice = Math.max(row.twice, twice);
  row.stored = stored;
  if (stored !== row.sent) finding(row.name, `${row.sent} answers sent, ${stored} stored`);
  if (!(await load.codesAreRight(hjemsvar))) finding(row.name, 'codes are not spent as often as answers stand');
  for (const server of setting.servers)
    if (server.ended !== undefined) finding(row.name, server.failure('ended').message);
}

// Load, `work` with faults, which gives {answers, changes, round}, and what must hold then.
async function endure(setting, name, harsh, work) {
  const load = new Ledger(setting.target, setting.links);
  const row = { name };
  setting.load = load;
  load.start();
  await load.acknowledged(SOME + draw(SOME));
  const { answers, changes, round } = await work();
  await load.stop();
  Object.assign(row, { sent: load.entries.length, acknowledged: load.thanked, refused: load.refused });
  Object.assign(row, { unanswered: load.lost, ways: load.byWay() });
  Object.assign(row, await load.look(setting.hjemsvar));
  Object.assign(row, { slowest_s: load.slowestMs / 1000, answers_after_s: answers, changes_after_s: changes });
  try {
    load.judge(harsh);
    await settle(setting, row);
  } catch (error) {
    finding(name, error.message);
  }
  checkPromises(row);
  await checkLeaks(setting, row);
  // A server renders the pages of every open round when it starts.
  for (const old of setting.links.rounds) await setting.hjemsvar.ok('round', 'close', old);
  setting.links = await makeLinks(setting, round);
  note(row);
}

const asked = process.env.FAULTS_ONLY ?? ''; // part of a name, to look into one

async function endureKind(setting, kind) {
  if (!kind.name.includes(asked)) return;
  const ms = kind.ms[0] + draw(kind.ms[1] - kind.ms[0] + 1);
  try {
    await endure(setting, kind.name, kind.harsh, async () => {
      await kind.act(setting, ms);
      return recover(setting, SOME);
    });
  } catch (error) {
    error.message = `${kind.name}: did not come to its end: ${error.message}`;
    throw error;
  }
}

const seconds1 = (value) => value.toFixed(1).padStart(6);

function note(row) {
  rows.push(row);
  const counts = [row.sent, row.acknowledged, row.refused, row.unanswered, row.stored, row.lost, row.twice];
  say(
    `${row.name.padEnd(74)} ${counts.map((count) => String(count).padStart(6)).join('')} ` +
      [row.slowest_s, row.answers_after_s, row.changes_after_s].map(seconds1).join(' '),
  );
}

// ---- the parts

async function inTurn(setting) {
  for (const kind of KINDS) await endureKind(setting, kind);
}

async function clocks(setting) {
  await ended(setting.server);
  setting.env = {
    LD_PRELOAD: FAKETIME,
    FAKETIME_TIMESTAMP_FILE: setting.clock,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  setting.load = undefined;
  await setting.serve();
  for (const kind of CLOCKS) await endureKind(setting, kind);
  // Not gently: libfaketime takes a wait on the monotonic clock for one that is over.
  await setting.server.kill('SIGKILL');
  setting.env = {};
  setting.load = undefined;
  await setting.serve();
}

// One after the other, as the seed says; the worst recovery counts.
async function atRandom(setting) {
  const name = `at random, ${seconds} s`;
  if (seconds === 0 || !name.includes(asked)) return;
  const until = performance.now() + seconds * 1000;
  const worst = { answers: 0, changes: 0 };
  const drawn = [];
  await endure(setting, name, true, async () => {
    do {
      const kind = KINDS[draw(KINDS.length)];
      const ms = kind.ms[0] + draw(kind.ms[1] - kind.ms[0] + 1);
      setting.load.again();
      drawn.push(kind.name);
      await kind.act(setting, ms);
      const { answers, changes, round } = await recover(setting, 1 + draw(SOME));
      if (worst.round) await setting.hjemsvar.ok('round', 'close', worst.round.round);
      worst.answers = Math.max(worst.answers, answers);
      worst.changes = Math.max(worst.changes, changes);
      worst.round = round;
    } while (performance.now() < until);
    return worst;
  });
  rows.at(-1).drawn = drawn;
}

async function behindProxy({ cluster }) {
  await cluster.stop('fast'); // with as many connections as before
  await cluster.start();
  const hjemsvar = await Hjemsvar.create({ cluster: cluster.url });
  await withPair(hjemsvar, hjemsvar.env.HJEMSVAR_DATABASE_URL, [
    {
      name: 'one of two servers behind HAProxy killed (-9), started again 3 s later',
      async act({ pair }) {
        await pair.servers[0].kill('SIGKILL');
        await pause(3000);
        await pair.restart(0);
      },
    },
    {
      name: 'the other server behind HAProxy ended (SIGTERM), started again 3 s later',
      async act({ pair }) {
        await ended(pair.servers[1]);
        await pause(3000);
        await pair.restart(1);
      },
    },
  ]);
}

// A primary whose commits wait for a standby.
async function withStandby() {
  const primary = await Cluster.create({ safe: true, folder: join(folder, 'primary') });
  const hjemsvar = await Hjemsvar.create({ cluster: primary.url });
  const standby = await primary.standby();
  await hjemsvar.sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
  await hjemsvar.sql('SELECT pg_reload_conf()');
  await eventually(
    () => hjemsvar.sql('SELECT sync_state FROM pg_stat_replication'),
    ([state]) => state?.[0] === 'sync',
  );
  const host = ({ url }) => /host=(\S+)/.exec(url)[1];
  const both = `host=${host(primary)},${host(standby)} user=postgres dbname=${hjemsvar.database} target_session_attrs=read-write`;
  hjemsvar.env.HJEMSVAR_DATABASE_URL = both;
  await withPair(hjemsvar, both, [
    {
      name: 'the primary killed (-9), its synchronous standby promoted, two servers behind HAProxy',
      async act() {
        await primary.kill();
        await standby.promote();
        hjemsvar.cluster = standby.url;
      },
    },
  ]);
  await standby.drop();
}

async function withPair(hjemsvar, database, kinds) {
  const wanted = kinds.filter(({ name }) => name.includes(asked));
  if (wanted.length === 0) return;
  const pair = await Pair.create(hjemsvar, database);
  const setting = { hjemsvar, pair, servers: pair.servers, target: pair, draw };
  await settleIn(setting);
  setting.links = await makeLinks(setting, await changed(setting));
  for (const kind of wanted) await endureKind(setting, { ms: [0, 0], harsh: true, ...kind });
  await pair.stop();
}

async function all() {
  const setting = await alone();
  await inTurn(setting);
  await atRandom(setting);
  await clocks(setting);
  await ended(setting.server);
  await behindProxy(setting);
  await withStandby();
}

try {
  await all();
} catch (error) {
  finding('broken off', `${error.message} ${error.stack}`);
}
process.stdout.write(JSON.stringify({ seed, seconds, rows, findings }));
process.exit(0);
