// An installation of Hjemsvar for one test: a fresh database on the cluster of
// TEST_CLUSTER_URL, a secret, a folder for keys, and the programs of TEST_BUILD.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const checkout = fileURLToPath(new URL('../../..', import.meta.url));

function needed(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set; hint: run the tests by make test`);
  }
  return value;
}

export const clusterUrl = needed('TEST_CLUSTER_URL');
export const build = needed('TEST_BUILD');

/** After so long a program hangs, however slow the machine. */
const timeout = 120_000;

/** Runs a program to its end: {code, signal, stdout, stderr}; stdout is a Buffer
 * when asked for. */
export function run(program, words, { env, input = '', cwd = checkout, buffer = false } = {}) {
  return new Promise((resolve, reject) => {
    const options = { env: env ?? process.env, cwd, timeout, killSignal: 'SIGKILL' };
    const child = spawn(program, words.map(String), options);
    const out = [];
    const err = [];
    child.stdout.on('data', (piece) => out.push(piece));
    child.stderr.on('data', (piece) => err.push(piece));
    child.stdin.on('error', () => {}); // it may end without reading all
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const stdout = Buffer.concat(out);
      resolve({
        code,
        signal,
        stdout: buffer ? stdout : stdout.toString(),
        stderr: Buffer.concat(err).toString(),
      });
    });
    child.stdin.end(input);
  });
}

/** Runs SQL as the cluster's superuser: rows of fields, all strings. */
export async function sql(database, statement, cluster = clusterUrl) {
  const words = ['-X', '-q', '-A', '-t', '-F', '\u001f', '-v', 'ON_ERROR_STOP=1', '-d'];
  const done = await run('psql', [...words, `${cluster} dbname=${database}`, '-c', statement]);
  if (done.code !== 0) {
    throw new Error(`psql: ${done.stderr}`);
  }
  const lines = done.stdout.split('\n').slice(0, -1);
  return lines.map((line) => line.split('\u001f'));
}

export const requiredSettings = [
  'controller',
  'controller_contact',
  'dpo_contact',
  'purpose',
  'legal_basis',
  'recipients',
  'retention',
  'rights',
  'complaint',
  'help_contact',
];

/** The database that most tests' installations are copies of; its folder is TEST_MODEL. */
export const MODEL = 'hv_model';

export class Hjemsvar {
  /** A migrated installation; settings: the required ones are filled in; cluster: the
   * superuser's URL of another cluster than the tests share. */
  static async create({ migrate = true, settings = true, cluster = clusterUrl } = {}) {
    const model = migrate && settings && cluster === clusterUrl ? process.env.TEST_MODEL : null;
    const hjemsvar = await Hjemsvar.bare(cluster, model);
    if (migrate && !model) await hjemsvar.ok('migrate');
    if (migrate && settings && !model) await hjemsvar.fillSettings(cluster !== clusterUrl);
    return hjemsvar;
  }

  /** With no migration yet; or as a copy of the installation whose folder is given, database,
   * secret and keys. */
  static async bare(cluster, model = null) {
    const hjemsvar = new Hjemsvar();
    hjemsvar.cluster = cluster;
    hjemsvar.database = `hv_test_${randomBytes(6).toString('hex')}`;
    hjemsvar.folder = await mkdtemp(join(tmpdir(), 'hv-'));
    hjemsvar.keys = join(hjemsvar.folder, 'keys');
    hjemsvar.secret = join(hjemsvar.folder, 'secret');
    if (model) await cp(model, hjemsvar.folder, { recursive: true });
    else await hjemsvar.file('secret', randomBytes(48), 0o600);
    const template = model ? `TEMPLATE ${MODEL} STRATEGY FILE_COPY` : '';
    await sql('postgres', `CREATE DATABASE ${hjemsvar.database} ${template}`, cluster);
    hjemsvar.env = {
      ...process.env,
      HJEMSVAR_DATABASE_URL: `${cluster} dbname=${hjemsvar.database}`,
      HJEMSVAR_SECRET_FILE: hjemsvar.secret,
      HJEMSVAR_KEY_DIR: hjemsvar.keys,
      HJEMSVAR_PUBLIC_URL: 'https://svar.example',
      HJEMSVAR_SHARE_DIR: checkout,
    };
    return hjemsvar;
  }

  /** Writes a file into the installation's own folder; gives its path. */
  async file(name, content, mode = 0o644) {
    const path = join(this.folder, name);
    await writeFile(path, content, { mode });
    return path;
  }

  /** Runs the command line program; the result of run(). */
  cli(words, options = {}) {
    const env = { ...this.env, ...options.env };
    for (const name of Object.keys(env)) {
      if (env[name] === undefined) {
        delete env[name];
      }
    }
    return run(join(build, 'hjemsvar'), words, { ...options, env });
  }

  /** The same, must succeed; gives stdout. */
  async ok(...words) {
    const done = await this.cli(words);
    if (done.code !== 0) {
      throw new Error(`hjemsvar ${words.join(' ')}: exit ${done.code}\n${done.stderr}`);
    }
    return done.stdout;
  }

  /** The same with --json; gives the value. */
  async json(...words) {
    return JSON.parse(await this.ok(...words, '--json'));
  }

  /** By the program; in haste at once, for tests that are about something else. */
  async fillSettings(haste = false) {
    if (haste) {
      const rows = requiredSettings.map((key) => `('${key}', 'test ${key}')`);
      await this.sql(`INSERT INTO setting (key, value) VALUES ${rows}`);
      return;
    }
    for (const key of requiredSettings) {
      await this.ok('settings', 'set', key, `test ${key}`);
    }
  }

  /** A round of bilag8: {round, links}. */
  createRound(...words) {
    const all = words.includes('--municipality') ? [...words] : [...words, '--municipality', '101,217'];
    if (!words.includes('--questionnaire')) all.push('--questionnaire', 'bilag8');
    return this.json('round', 'create', '--title', 'Test', ...all);
  }

  sql(statement) {
    return sql(this.database, statement, this.cluster);
  }

  async drop() {
    await sql('postgres', `DROP DATABASE IF EXISTS ${this.database} WITH (FORCE)`, this.cluster);
    await rm(this.folder, { recursive: true, force: true });
  }
}
