// A PostgreSQL cluster of a test's own, to be killed, frozen and restarted. Never the one of
// TEST_CLUSTER_URL, which the other tests share; a copy of the same model (model.mjs), for initdb
// and the migrations take seconds.
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, readdir, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout, run } from './hjemsvar.mjs';

const SCRIPT = join(checkout, 'deploy/cluster.sh');
const OPTIONS = ['-F', '-c', 'max_connections=100'];

async function ok(program, ...words) {
  const done = await run(program, words);
  if (done.code !== 0) throw new Error(`${program} ${words.join(' ')}: ${done.code} ${done.stderr}`);
  return done.stdout.trim();
}

export class Cluster {
  // safe: it writes as it would in earnest, and says so; bare: it is nobody's copy, and has neither
  // roles nor databases.
  static async create({ safe = false, bare = false, folder = join(tmpdir(), `pg-${randomBytes(6).toString('hex')}`) } = {}) {
    const cluster = new Cluster();
    cluster.options = safe ? OPTIONS.filter((option) => option !== '-F') : OPTIONS;
    cluster.folder = folder;
    cluster.data = join(cluster.folder, 'data');
    const model = process.env.TEST_MODEL_CLUSTER;
    if (model && !bare) await ok('cp', '-a', model, cluster.folder);
    await cluster.start();
    cluster.url = await ok(SCRIPT, 'url', cluster.folder);
    return cluster;
  }

  // More options of postgres: the last one counts.
  start(...more) {
    return ok(SCRIPT, 'start', this.folder, ...this.options, ...more);
  }

  // mode: fast or immediate.
  stop(mode) {
    return ok(SCRIPT, 'stop', this.folder, mode);
  }

  // All its processes: each has the data folder as its working directory. The postmaster
  // comes first, so that it neither mends nor makes what is to stop.
  async processes() {
    const found = [];
    for (const name of await readdir('/proc')) {
      const folder = /^\d+$/.test(name) ? await readlink(`/proc/${name}/cwd`).catch(() => '') : '';
      if (folder === this.data) found.push(Number(name));
    }
    const first = Number((await readFile(join(this.data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
    return [first, ...found.filter((pid) => pid !== first)].filter((pid) => found.includes(pid));
  }

  async signal(name) {
    const processes = await this.processes();
    for (const pid of processes) {
      try {
        process.kill(pid, name);
      } catch (error) {
        if (error.code !== 'ESRCH') throw error;
      }
    }
    return processes.length;
  }

  // SIGKILL to all, until none is left.
  async kill() {
    while ((await this.signal('SIGKILL')) > 0);
  }

  // SIGSTOP to all; once more for what was forked meanwhile.
  async freeze() {
    await this.signal('SIGSTOP');
    await this.signal('SIGSTOP');
  }

  thaw() {
    return this.signal('SIGCONT');
  }

  // One of PostgreSQL's programs, as the user whose data they are.
  async asOwner(name, ...words) {
    const { uid } = await stat(this.data);
    const owner = uid === process.getuid() ? [] : ['runuser', '-u', await ok('id', '-nu', uid), '--'];
    const [program, ...rest] = [...owner, join(await ok(SCRIPT, 'bindir'), name), ...words];
    const done = await run(program, rest, { cwd: '/' });
    if (done.code !== 0) throw new Error(`${name}: ${done.code} ${done.stderr}`);
  }

  restart() {
    return this.asOwner('pg_ctl', '-D', this.data, '-m', 'fast', '-w', '-s', 'restart', '-l', join(this.folder, 'log'));
  }

  // A standby becomes the primary.
  promote() {
    return this.asOwner('pg_ctl', '-D', this.data, '-w', '-s', 'promote');
  }

  // A second cluster that follows this one by streaming.
  async standby() {
    const cluster = new Cluster();
    cluster.options = this.options;
    cluster.folder = `${this.folder}-standby`;
    cluster.data = join(cluster.folder, 'data');
    const { uid, gid } = await stat(this.folder);
    await mkdir(cluster.folder, { mode: 0o700 });
    await chown(cluster.folder, uid, gid);
    await this.asOwner('pg_basebackup', '-d', this.url, '-D', cluster.data, '-R', '-c', 'fast', '--no-sync');
    await cluster.start();
    cluster.url = await ok(SCRIPT, 'url', cluster.folder);
    return cluster;
  }

  async drop() {
    await this.thaw().catch(() => {});
    await this.stop('immediate');
    await rm(this.folder, { recursive: true, force: true });
  }
}
