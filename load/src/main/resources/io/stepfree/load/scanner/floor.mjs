/*
 * The floor: the least that a scan of a page can cost. One headless shell, driven by its own protocol over one
 * WebSocket, a fresh browser context a page, stock axe-core in an isolated world of every frame; no guard, no proxy, no
 * sandbox.
 *
 * node floor.mjs BROWSER AXE_SCRIPT TAGS SLOTS
 *
 * One line of JSON in is one round, {"urls":[...],"settleMillis":0}; out comes a line for each page and then
 * {"done":true}. {"rules":true} asks for what the engine says of its rules. The end of the input is the end of the
 * program.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

const [program, axePath, tags, slots] = process.argv.slice(2);
const PAGE_LIMIT_MILLIS = 60_000;
const FLAGS = [
  '--headless', '--disable-gpu', '--disable-quic', '--no-first-run', '--no-default-browser-check',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-default-apps',
  '--disable-extensions', '--hide-scrollbars', '--mute-audio', '--window-size=1280,1024',
  '--disable-background-timer-throttling', '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-features=Translate,MediaRouter,OptimizationHints,AcceptCHFrame,PaintHolding',
  '--no-sandbox', '--remote-debugging-port=0',
];

const axe = readFileSync(axePath, 'utf8') + '\n;0';
const options = {
  runOnly: { type: 'tag', values: tags.split(',') },
  resultTypes: ['violations', 'incomplete'],
  elementRef: false,
};
const run = `axe.run(document, ${JSON.stringify(options)}).then((results) => {
  const told = (rules) => rules.map((rule) => ({
    rule: rule.id,
    impact: rule.impact,
    tags: rule.tags,
    nodes: rule.nodes.map((node) => ({ target: node.target.flat(Infinity), html: node.html, summary: node.failureSummary })),
  }));
  return JSON.stringify({
    engine: results.testEngine.version,
    violations: told(results.violations),
    needsReview: told(results.incomplete),
  });
})`;

const folder = mkdtempSync(join(tmpdir(), 'stepfree-load-floor-'));
const browser = spawn(program, [...FLAGS, `--user-data-dir=${folder}`], { stdio: ['ignore', 'ignore', 'pipe'] });
const address = await new Promise((resolve, reject) => {
  browser.once('exit', () => reject(new Error('the browser did not start')));
  createInterface({ input: browser.stderr }).on('line', (line) => {
    const found = /DevTools listening on (ws:\S+)/.exec(line);
    if (found) {
      resolve(found[1]);
    }
  });
});
const socket = new WebSocket(address, { maxPayload: 256 * 1024 * 1024, perMessageDeflate: false });
await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));

let lastId = 0;
const calls = new Map();
const listeners = new Map();
socket.on('message', (data) => {
  const message = JSON.parse(data);
  if (message.id !== undefined) {
    const { resolve, reject } = calls.get(message.id);
    calls.delete(message.id);
    message.error ? reject(new Error(message.error.message)) : resolve(message.result);
  } else {
    listeners.get(message.sessionId)?.(message.method, message.params);
  }
});
const call = (method, params = {}, sessionId) => new Promise((resolve, reject) => {
  calls.set(++lastId, { resolve, reject });
  socket.send(JSON.stringify({ id: lastId, method, params, sessionId }));
});

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

const framesBelow = (tree) => (tree.childFrames ?? []).flatMap((child) => [child.frame.id, ...framesBelow(child)]);

/* The frames' engines talk to each other by messages, which reach every world of a frame. */
async function inject(page, frameId) {
  const { executionContextId: contextId } = await page('Page.createIsolatedWorld', { frameId, worldName: 'floor' });
  await page('Runtime.evaluate', { expression: axe, contextId });
  return contextId;
}

async function visit(url, browserContextId, settleMillis) {
  const { targetId } = await call('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
  const page = (method, params) => call(method, params, sessionId);
  const loaded = new Promise((resolve) => listeners.set(sessionId, (method) => {
    if (method === 'Page.loadEventFired') {
      resolve();
    } else if (method === 'Page.javascriptDialogOpening') {
      page('Page.handleJavaScriptDialog', { accept: false });
    }
  }));
  try {
    await page('Page.enable');
    await page('Emulation.setDeviceMetricsOverride', { width: 1280, height: 1024, deviceScaleFactor: 1, mobile: false });
    const { errorText } = await page('Page.navigate', { url });
    if (errorText) {
      throw new Error(errorText);
    }
    await loaded;
    if (settleMillis > 0) {
      await pause(settleMillis);
    }
    const contextId = await inject(page, targetId);
    const { frameTree } = await page('Page.getFrameTree');
    for (const frameId of framesBelow(frameTree)) {
      // One that goes meanwhile is not there for axe either.
      await inject(page, frameId).catch(() => {});
    }
    const { result, exceptionDetails } =
      await page('Runtime.evaluate', { expression: run, contextId, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return JSON.parse(result.value);
  } finally {
    listeners.delete(sessionId);
  }
}

async function scan(url, settleMillis) {
  const { browserContextId } = await call('Target.createBrowserContext', { disposeOnDetach: true });
  let timer;
  try {
    const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error('too slow')), PAGE_LIMIT_MILLIS); });
    return await Promise.race([visit(url, browserContextId, settleMillis), late]);
  } finally {
    clearTimeout(timer);
    await call('Target.disposeBrowserContext', { browserContextId });
  }
}

const told = (rules) => rules.map(({ rule, nodes }) => ({
  rule, count: nodes.length, targets: nodes.map((node) => node.target.join(' ')),
}));

async function round({ urls, settleMillis = 0 }) {
  const left = [...urls];
  const slot = async () => {
    while (left.length > 0) {
      const url = left.shift();
      let line;
      try {
        const found = await scan(url, settleMillis);
        line = { url, violations: told(found.violations), needsReview: told(found.needsReview), engine: found.engine };
      } catch (error) {
        line = { url, failure: String(error.message ?? error) };
      }
      console.log(JSON.stringify(line));
    }
  };
  await Promise.all(Array.from({ length: Number(slots) }, slot));
  console.log(JSON.stringify({ done: true }));
}

console.log(JSON.stringify({ done: true }));
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  if (question.rules) {
    console.log(JSON.stringify({ rules: createRequire(import.meta.url)(axePath).getRules() }));
    console.log(JSON.stringify({ done: true }));
  } else {
    await round(question);
  }
}
browser.removeAllListeners('exit');
const gone = new Promise((resolve) => browser.once('exit', resolve));
call('Browser.close').catch(() => {});
await Promise.race([gone, pause(3_000).then(() => browser.kill('SIGKILL'))]);
await gone;
socket.terminate();
rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
process.exit(0);
