// The network between a server and its PostgreSQL, to be cut, held up and delayed.
//
//   const wire = await Wire.create(cluster.url);
//   const server = await startServer(hjemsvar.env, { HJEMSVAR_DATABASE_URL: wire.url(hjemsvar.database) });
//   wire.hold('asked', 'told');        // nothing comes through, and nobody is told so
//   wire.release();                    // what was held arrives now, in order
//   wire.cut(); await wire.mend();     // connections reset, new ones refused; accepted again
//   wire.delayMs = 300;                // each piece, each way
//   wire.close();
//
// 'asked' is what goes to PostgreSQL, 'told' what comes from it.
import { EventEmitter, once } from 'node:events';
import net from 'node:net';
import { join } from 'node:path';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Wire extends EventEmitter {
  static async create(clusterUrl) {
    const wire = new Wire();
    wire.setMaxListeners(0);
    wire.socket = join(/host=(\S+)/.exec(clusterUrl)[1], '.s.PGSQL.5432');
    wire.user = /user=(\S+)/.exec(clusterUrl)[1];
    wire.port = 0;
    wire.delayMs = 0;
    wire.held = new Set();
    wire.pairs = new Set();
    await wire.mend();
    return wire;
  }

  url(database) {
    return `host=127.0.0.1 port=${this.port} user=${this.user} dbname=${database} sslmode=disable`;
  }

  async mend() {
    this.listener = net.createServer((client) => this.join(client));
    this.listener.listen(this.port, '127.0.0.1');
    this.listener.unref();
    await once(this.listener, 'listening');
    this.port = this.listener.address().port;
  }

  // Each direction is a chain of its own, so that its pieces stay in order.
  join(client) {
    const database = net.connect(this.socket);
    const pair = [client, database];
    this.pairs.add(pair);
    client.unref();
    client.setNoDelay(true);
    const ways = [
      ['asked', client, database],
      ['told', database, client],
    ];
    for (const [name, from, to] of ways) {
      let chain = Promise.resolve();
      const carry = (last) => {
        chain = chain.then(() => this.pass(name)).then(last);
      };
      from.on('data', (piece) => carry(() => to.writable && to.write(piece)));
      from.on('error', () => {}); // closed follows
      from.once('close', () => {
        this.pairs.delete(pair);
        carry(() => to.destroy());
      });
    }
  }

  async pass(name) {
    if (this.delayMs > 0) await pause(this.delayMs);
    while (this.held.has(name)) await once(this, 'released');
  }

  hold(...names) {
    for (const name of names) this.held.add(name);
  }

  release() {
    this.held.clear();
    this.emit('released');
  }

  cut() {
    this.listener.close();
    for (const [client, database] of this.pairs) {
      client.resetAndDestroy();
      database.destroy();
    }
  }

  close() {
    this.release();
    this.cut();
  }
}
