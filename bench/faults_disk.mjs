// A small file system in memory that can be full.
import { run } from '../tests/e2e/lib/hjemsvar.mjs';

const ROOM = '3g'; // nothing is taken before it is used

export async function ok(program, ...words) {
  const done = await run(program, words);
  if (done.code !== 0) throw new Error(`${program} ${words.join(' ')}: ${done.code} ${done.stderr}`);
  return done.stdout.trim();
}

export class Disk {
  static async create(folder) {
    const disk = new Disk();
    disk.folder = folder;
    await ok('mkdir', '-p', folder);
    await ok('mount', '-t', 'tmpfs', '-o', `mode=0711,size=${ROOM}`, 'none', folder);
    return disk;
  }

  // Made as small as what is on it. What grows meanwhile makes it fail.
  async fill() {
    for (;;) {
      const used = (await ok('df', '-B1', '--output=used', this.folder)).split('\n')[1].trim();
      const done = await run('mount', ['-o', `remount,size=${used}`, this.folder]);
      if (done.code === 0) return;
    }
  }

  free() {
    return ok('mount', '-o', `remount,size=${ROOM}`, this.folder);
  }
}
