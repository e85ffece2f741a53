// Answers exported from a standby: what is read comes from there, what is told goes to the primary.
import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Cluster } from './lib/cluster.mjs';
import { csvObjects, csvOf } from './lib/csv.mjs';
import { Hjemsvar, run } from './lib/hjemsvar.mjs';
import { eventually } from './lib/server.mjs';
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
