// phone.mjs RESPONDENTS OPERATIONS PATH LANGUAGES RUNS: what a parent's phone has to fetch
// and how long that takes, as JSON on stdout; findings are broken promises.
//
// RESPONDENTS and OPERATIONS are the server's addresses, PATH is a link's, LANGUAGES are
// "da,en" with the one that opens first, RUNS are "lighthouse,times" in each language.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

import { flags, launch, newPhone, program } from './chromium.mjs';

const [respondents, operations, path, languages, runs] = process.argv.slice(2);
const [lighthouseRuns, timeRuns] = runs.split(',').map(Number);
const [opening] = languages.split(',');

// 10 segments of 1,460 bytes are what a server may send before the phone has said it has got
// the first (RFC 6928); 14 KiB leave room for the reply's headers.
const LIMIT_BYTES = 14 * 1024;
const NETWORK = { roundTripMs: 400, kbitPerS: 400, slowerProcessor: 4 };
const LIGHTHOUSE = ['performance', 'accessibility', 'best-practices'];
const METRICS = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time'];
const TIMEOUT_MS = 120_000;

const findings = [];
const say = (text) => process.stderr.write(`phone: ${text}\n`);
const finding = (text) => {
  say(`FINDING: ${text}`);
  findings.push(text);
};
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)];
const place = (language) => path + (language === opening ? '' : `?lang=${language}`);

// ---- bytes

// One reply as it comes over the wire: bytes of the head, and the body as it was packed.
function fetchRaw(address, target, encodings) {
  const [host, port] = address.split(':');
  const request =
    `GET ${target} HTTP/1.1\r\nHost: ${address}\r\nAccept: text/html\r\n` +
    `Accept-Encoding: ${encodings}\r\nAccept-Language: da\r\n\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host, () => socket.write(request));
    let got = Buffer.alloc(0);
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`${target} does not come`)));
    socket.on('error', reject);
    socket.on('end', () => reject(new Error(`${target} was cut off`)));
    socket.on('data', (piece) => {
      got = Buffer.concat([got, piece]);
      const end = got.indexOf('\r\n\r\n') + 4;
      if (end < 4) return;
      const head = got.subarray(0, end).toString('latin1');
      const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1]);
      if (!(got.length - end >= length)) return;
      socket.removeAllListeners('end').destroy();
      const encoding = /^content-encoding: *(\w+)/im.exec(head)?.[1] ?? 'none';
      resolve({ status: head.slice(9, 12), encoding, headBytes: end, body: got.subarray(end) });
    });
  });
}

const UNPACK = { gzip: zlib.gunzipSync, br: zlib.brotliDecompressSync, none: (bytes) => bytes };

// With brotli and gzip; a form that the server does not have is null.
async function wire(language) {
  const forms = {};
  let page;
  for (const [name, encodings] of [
    ['br', 'br'],
    ['gzip', 'gzip'],
  ]) {
    const reply = await fetchRaw(respondents, place(language), encodings);
    if (reply.status !== '200') throw new Error(`${place(language)}: ${reply.status}`);
    page = UNPACK[reply.encoding](reply.body).toString();
    forms[name] =
      reply.encoding === name ? { bytes: reply.body.length, head: reply.headBytes } : null;
  }
  const judged = forms.br ?? forms.gzip;
  if (!(judged?.bytes <= LIMIT_BYTES))
    finding(`${language}: the page has ${judged?.bytes} bytes, more than ${LIMIT_BYTES}`);
  return { plain: Buffer.byteLength(page), ...forms, inside: inside(page) };
}

// What stands in the page itself, each alone: bytes, and packed as gzip and as brotli.
function inside(page) {
  const sizes = (pattern) => {
    const bytes = Buffer.from([...page.matchAll(pattern)].map(([, text]) => text).join('\n'));
    const gzip = zlib.gzipSync(bytes, { level: 9 }).length;
    return { bytes: bytes.length, gzip, br: zlib.brotliCompressSync(bytes).length };
  };
  return {
    style: sizes(/<style>([\s\S]*?)<\/style>/g),
    script: sizes(/<script>([\s\S]*?)<\/script>/g),
    words: sizes(/<script type="application\/json"[^>]*>([\s\S]*?)<\/script>/g),
  };
}

// ---- time on a slow network

async function requestsServed() {
  const text = await (await fetch(`http://${operations}/metrics`)).text();
  return Number(/^hjemsvar_requests_total\{listener="respondents"\} (\d+)/m.exec(text)[1]);
}

// Runs in the page, from its beginning. A moment counts when the frame that shows the thing
// has been drawn; before the document is read to its end its script has not run.
function watch() {
  const moments = {};
  window.benchMoments = moments;
  const shown = (selector) => document.querySelector(selector)?.getClientRects().length > 0;
  const note = (name) => {
    moments[name] ??= 0;
    setTimeout(() => (moments[name] ||= performance.now()));
  };
  const look = () => {
    if (document.readyState !== 'loading' && shown('#step button.main')) note('start');
    if (shown('#step input[type=radio]')) note('question');
    if (!moments.question) requestAnimationFrame(look);
  };
  addEventListener('pointerdown', (event) => (moments.tap ??= event.timeStamp), true);
  requestAnimationFrame(look);
}

async function slowDown(page) {
  const session = await page.context().newCDPSession(page);
  const bytesPerS = (NETWORK.kbitPerS * 1000) / 8;
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: NETWORK.roundTripMs,
    downloadThroughput: bytesPerS,
    uploadThroughput: bytesPerS,
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: NETWORK.slowerProcessor });
}

// One first visit: a new phone opens the link and taps Start.
async function visit(browser, language) {
  const page = await newPhone(browser, { locale: language });
  const before = await requestsServed();
  const navigation = page.waitForResponse((response) => response.request().isNavigationRequest());
  await page.addInitScript(watch);
  await slowDown(page);
  await page.goto(`http://${respondents}${place(language)}`, { timeout: TIMEOUT_MS });
  const moment = (name) =>
    page.waitForFunction((wanted) => window.benchMoments[wanted], name, { timeout: TIMEOUT_MS });
  await moment('start');
  await page.locator('#step button.main').tap();
  await moment('question');
  const moments = await page.evaluate(() => {
    const [entry] = performance.getEntriesByType('navigation');
    const { start, tap, question } = window.benchMoments;
    return { start, tap, question, bytes: entry.encodedBodySize };
  });
  const requests = (await requestsServed()) - before;
  const encoding = (await navigation).headers()['content-encoding'] ?? 'none';
  await page.context().close();
  return { ...moments, requests, encoding };
}

async function times(browser, language) {
  const visits = [];
  for (let run = 0; run < timeRuns; run++) visits.push(await visit(browser, language));
  const requests = Math.max(...visits.map((v) => v.requests));
  if (requests > 1) finding(`${language}: ${requests} requests until the first question`);
  const least = (v) => NETWORK.roundTripMs + (v.bytes * 8) / NETWORK.kbitPerS;
  if (visits.some((v) => v.start < least(v)))
    finding(`${language}: the page came faster than the network is, so that was not slow`);
  const of = (pick) => ({ median: median(visits.map(pick)), most: Math.max(...visits.map(pick)) });
  return {
    requests,
    encoding: visits[0].encoding,
    bytes: visits[0].bytes,
    start: of((v) => v.start),
    question: of((v) => v.question - v.tap),
    total: of((v) => v.start + v.question - v.tap),
  };
}

// ---- Lighthouse

// Chromium sometimes loses the beginning of its trace; Lighthouse then says NO_NAVSTART, asks to
// be run again, and gives no figures that could be mistaken for good ones.
async function lighthouseOnce(language, triesLeft = 3) {
  const { stdout } = await lighthouseRun(language).catch((error) => {
    if (triesLeft > 1 && /NO_NAVSTART/.test(error.stderr)) return {};
    throw new Error(`Lighthouse: ${error.stderr}`);
  });
  return stdout ? JSON.parse(stdout) : lighthouseOnce(language, triesLeft - 1);
}

function lighthouseRun(language) {
  return promisify(execFile)(
    process.execPath,
    [
      fileURLToPath(new URL('node_modules/lighthouse/cli/index.js', import.meta.url)),
      `http://${respondents}${place(language)}`,
      '--output=json',
      '--quiet',
      '--no-enable-error-reporting',
      `--only-categories=${LIGHTHOUSE}`,
      `--chrome-flags=--headless=new ${flags.join(' ')}`,
    ],
    { env: { ...process.env, CHROME_PATH: program }, maxBuffer: 1e8, timeout: TIMEOUT_MS },
  );
}

// The audits that cost a category its 100.
function faults(report, category) {
  return report.categories[category].auditRefs
    .filter(({ weight }) => weight > 0)
    .map(({ id }) => report.audits[id])
    .filter(({ score }) => score !== null && score < 1)
    .map(({ id, title, displayValue }) => [id, title, displayValue].filter(Boolean).join(': '));
}

async function lighthouse(language) {
  const reports = [];
  for (let run = 0; run < lighthouseRuns; run++) reports.push(await lighthouseOnce(language));
  const result = { version: reports[0].lighthouseVersion };
  for (const category of LIGHTHOUSE) {
    const score = median(reports.map((r) => Math.round(r.categories[category].score * 100)));
    result[category] = score;
    const why = [...new Set(reports.flatMap((report) => faults(report, category)))];
    if (score < 100) finding(`${language}: Lighthouse ${category} ${score} (${why.join('; ')})`);
  }
  for (const metric of METRICS)
    result[metric] = median(reports.map((r) => r.audits[metric].numericValue));
  return result;
}

// ---- the whole

const browser = await launch();
const result = { limit_bytes: LIMIT_BYTES, network: NETWORK, runs: {}, languages: [] };
result.runs = { lighthouse: lighthouseRuns, times: timeRuns };
result.chromium = browser.version();
await visit(browser, opening); // the first page of a fresh browser is slower than all others
for (const language of languages.split(',')) {
  say(language);
  const measured = { language, wire: await wire(language) };
  measured.times = await times(browser, language);
  measured.lighthouse = await lighthouse(language);
  result.languages.push(measured);
}
await browser.close();
const { packages } = JSON.parse(await readFile(new URL('package-lock.json', import.meta.url)));
result.lighthouse = packages['node_modules/lighthouse'].version;
result.findings = findings;
process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
