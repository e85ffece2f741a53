// A network between a phone and the server that does what networks do.
//
//   const network = await Network.create(server.respondents);
//   await page.goto(`${network.url}/S/7KQ4M2V`);
//   network.rule = swallow;            // from now on, for each POST
//   network.sent                       // the fields of each POST, in order
//   network.close();
// A test that fails may leave it open; it does not keep the program running.
//
// A rule is called with the way on: pass() resolves with the server's reply, deliver(reply)
// gives it to the phone, answer(status, headers, body) another one, cut() none.
import { once } from 'node:events';
import http from 'node:http';

export const through = async ({ pass, deliver }) => deliver(await pass());

// The server has answered, and nobody hears it.
export const swallow = async ({ pass, cut }) => {
  await pass();
  cut();
};

export const dead = async ({ cut }) => cut();

// Something on the way answers instead of the server.
export const portal =
  (body, type = 'text/html', status = 200) =>
  async ({ answer }) =>
    answer(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }, body);

export class Network {
  static async create(base) {
    const network = new Network();
    network.target = new URL(base);
    network.rule = through;
    network.sent = [];
    network.server = http.createServer((request, response) => network.take(request, response));
    network.server.on('connection', (socket) => socket.unref());
    network.server.listen(0, '127.0.0.1');
    network.server.unref();
    await once(network.server, 'listening');
    network.url = `http://127.0.0.1:${network.server.address().port}`;
    return network;
  }

  async take(request, response) {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces);
    const post = request.method === 'POST';
    if (post) this.sent.push(Object.fromEntries(new URLSearchParams(body.toString())));
    const way = {
      pass: () => this.forward(request, body),
      deliver: (reply) => response.writeHead(reply.status, reply.headers).end(reply.body),
      answer: (status, headers, text) => response.writeHead(status, headers).end(text),
      cut: () => request.socket.destroy(),
    };
    await (post ? this.rule : through)(way).catch(way.cut);
  }

  forward({ method, url, headers }, body) {
    const { hostname, port } = this.target;
    return new Promise((resolve, reject) => {
      const call = http.request({ hostname, port, method, path: url, headers, agent: false });
      call.once('error', reject);
      call.once('response', async (response) => {
        const pieces = [];
        for await (const piece of response) pieces.push(piece);
        const { statusCode: status, headers: got } = response;
        resolve({ status, headers: got, body: Buffer.concat(pieces) });
      });
      call.end(body);
    });
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
