// Statements to a PostgreSQL that trusts who reaches its socket, as each test's cluster does:
// to start a psql for each of a thousand statements takes longer than what they ask.
// https://www.postgresql.org/docs/15/protocol-message-formats.html
import net from 'node:net';

const PROTOCOL = 196608; // 3.0
const TIMEOUT_MS = 180_000; // then it hangs; who holds a lock (hold.mjs) is silent all the while

const words = (...list) => Buffer.from(list.map((word) => `${word}\0`).join(''));

function message(type, body) {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

function* messages(bytes) {
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    yield [String.fromCharCode(bytes[at]), bytes.subarray(at + 5, end)];
    at = end;
  }
}

// The fields of a DataRow; NULL is an empty string, as psql shows it.
function row(body) {
  let at = 2;
  return Array.from({ length: body.readInt16BE(0) }, () => {
    const length = Math.max(body.readInt32BE(at), 0);
    const field = body.toString('utf8', at + 4, at + 4 + length);
    at += 4 + length;
    return field;
  });
}

// The message of an ErrorResponse and what PostgreSQL adds to it.
function problem(body) {
  const fields = new Map(
    body
      .toString()
      .split('\0')
      .map((field) => [field[0], field.slice(1)]),
  );
  return ['S', 'M', 'D', 'H'].map((key) => fields.get(key)).filter(Boolean).join(': ');
}

// Everything is sent at once, and what comes is read when the connection has ended.
function talk(path, sent) {
  return new Promise((resolve, reject) => {
    const pieces = [];
    const socket = net.connect(path);
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('PostgreSQL is silent')));
    socket.on('data', (piece) => pieces.push(piece));
    socket.once('error', reject);
    socket.once('close', () => resolve(Buffer.concat(pieces)));
    socket.write(sent);
  });
}

/** Runs SQL, all statements of it in one transaction, over a connection of its own: the rows of
 * them all, whose fields are strings. `url` is the libpq string of cluster.sh. */
export async function ask(url, database, statement) {
  const { host, user } = Object.fromEntries(url.split(' ').map((pair) => pair.split('=')));
  const version = Buffer.alloc(4);
  version.writeInt32BE(PROTOCOL);
  const hello = Buffer.concat([version, words('user', user, 'database', database, '')]);
  const sent = [message('', hello), message('Q', words(statement)), message('X', words())];
  const rows = [];
  let done = false;
  for (const [type, body] of messages(await talk(`${host}/.s.PGSQL.5432`, Buffer.concat(sent)))) {
    if (type === 'E') throw new Error(`PostgreSQL: ${problem(body)}`);
    if (type === 'D') rows.push(row(body));
    done = type === 'Z';
  }
  if (!done) throw new Error('PostgreSQL ended the connection');
  return rows;
}
