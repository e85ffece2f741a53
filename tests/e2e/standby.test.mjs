// Answers exported from a standby: what is read comes from there, what is told goes to the primary.
// Answers taken in while the standby is one that commits wait for.
import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Cluster } from './lib/cluster.mjs';
import { csvObjects, csvOf } from './lib/csv.mjs';
import { Hjemsvar, run } from './lib/hjemsvar.mjs';
import { drawNumber, eventually, sendJson, startServer } from './lib/server.mjs';
import { answer } from './lib/transfer.mjs';

const EXPORT = ['answers', 'export', '--round', '1', '--format', 'csv', '--profile', 'internal'];

let primary;
let standby;
let hjemsvar;

before(async () => {
  primary = await Cluster.create();
  hjemsvar = await Hjemsvar.create({ cluster: primary.url });
  await hjemsvar.createRound();
  await add(3);
  standby = await primary.standby();
});

after(async () => {
  await standby?.drop();
  await primary?.drop();
});

async function add(answers) {
  const rows = Array.from({ length: answers }, () => answer());
  const words = ['answers', 'import', '-', '--round', '1'];
  const done = await hjemsvar.cli(words, { input: csvOf(rows) });
  assert.equal(done.code, 0, done.stderr);
}

const hostOf = ({ url }) => /host=(\S+)/.exec(url)[1];
const exportFrom = (clusters, ...more) =>
  hjemsvar.cli([...EXPORT, ...more], {
    env: {
      HJEMSVAR_DATABASE_URL: `host=${clusters.map(hostOf).join(',')} user=postgres dbname=${hjemsvar.database}`,
    },
  });
const exportsTold = async () =>
  (await hjemsvar.sql("SELECT action, details->>'rows' FROM audit WHERE action ~ '^answers.export' ORDER BY id"));
const onStandby = (statement) => run('psql', ['-XqAt', '-d', `${standby.url} dbname=${hjemsvar.database}`, '-c', statement]);

test('answers are read from the standby, and the primary is told first', async () => {
  await eventually(
    async () => (await onStandby('SELECT count(*) FROM submission')).stdout.trim(),
    (count) => count === '3',
  );
  await onStandby('SELECT pg_wal_replay_pause()');
  await eventually(
    async () => (await onStandby('SELECT pg_get_wal_replay_pause_state()')).stdout.trim(),
    (state) => state === 'paused',
  );
  await add(1);
  const done = await exportFrom([standby, primary], '--out', '-');
  assert.equal(done.code, 0, done.stderr);
  assert.equal(csvObjects(done.stdout).length, 3, 'not the one that the standby has not heard of');
  assert.deepEqual(await exportsTold(), [['answers.export', ''], ['answers.export_end', '3']]);
  const whole = await exportFrom([primary, standby], '--out', '-');
  assert.equal(csvObjects(whole.stdout).length, 4);
  assert.equal((await exportsTold()).length, 4);
  await onStandby('SELECT pg_wal_replay_resume()');
});

test('nothing is read when the primary cannot be told', async () => {
  const out = join(hjemsvar.folder, 'answers.csv');
  const refused = async (clusters) => {
    const done = await exportFrom(clusters, '--out', out);
    assert.equal(done.code, 69, done.stderr);
    assert.match(done.stderr, /is a standby, and the primary, .* cannot be reached: .*; hint: name both/);
    await assert.rejects(access(out));
  };
  const before = (await exportsTold()).length;
  await refused([standby]);
  assert.equal((await exportsTold()).length, before);
  await primary.kill();
  await refused([standby, primary]);
});

test('an answer that only a crashed primary knows is thanked for when the standby has it, too', async () => {
  await primary.start();
  await hjemsvar.sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
  await hjemsvar.sql('SELECT pg_reload_conf()');
  await eventually(
    () => hjemsvar.sql('SELECT sync_state FROM pg_stat_replication'),
    ([state]) => state?.[0] === 'sync',
  );
  const { links } = await hjemsvar.createRound();
  const server = await startServer(hjemsvar.env);
  const fields = { q3: 1, submission: drawNumber() };
  assert.equal((await sendJson(server, links[0].code, fields)).status, 201);
  await standby.stop('fast');
  const second = { ...fields, submission: drawNumber() };
  const waiting = sendJson(server, links[0].code, second);
  await eventually(
    () => hjemsvar.sql("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'"),
    ({ length }) => length === 1,
  );
  await primary.kill();
  await primary.start();
  assert.deepEqual(await hjemsvar.sql('SELECT count(*) FROM submission WHERE round = 2'), [['2']]);
  const replies = await Promise.all([waiting, sendJson(server, links[0].code, second)]);
  const statuses = replies.map(({ status }) => status);
  assert.deepEqual(statuses, [503, 503], 'thanked for an answer that the standby does not have');
  await standby.start();
  const again = await eventually(
    () => sendJson(server, links[0].code, second),
    ({ status }) => status !== 503,
  );
  assert.equal(again.status, 200);
  await primary.kill();
  await standby.promote();
  assert.equal((await onStandby('SELECT count(*) FROM submission WHERE round = 2')).stdout.trim(), '2');
  await server.stop();
});
