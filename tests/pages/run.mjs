// Runs the specs against a real node. Where HOLDFAST_URL names one, that is used; otherwise this starts the node of a build directory on a free port
// and a temporary data folder, applies the demo tenants, makes a token, and stops it afterwards.
//   node run.mjs [--build DIR] [arguments for Playwright…]
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const args = process.argv.slice(2);
const buildAt = args.indexOf('--build');
const build = resolve(buildAt >= 0 ? args.splice(buildAt, 2)[1] : (process.env.HOLDFAST_BUILD ?? join(root, 'build/release')));
const startWithinMs = 60_000;
const stopWithinMs = 20_000;

// One machine plays many guests here: its address must not run into the limit that protects a node from one address.
const settings = `[http]
requests_per_address_per_s_max = 0
requests_per_token_per_s_max = 0
`;

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

const lastLines = (file) => readFileSync(file, 'utf8').split('\n').slice(-20).join('\n');

async function startNode(data) {
  const address = join(data, 'node.address');
  const config = join(data, 'test.toml');
  writeFileSync(config, settings);
  const log = openSync(join(data, 'node.log'), 'a');
  const options = ['--config', config, '--data', data, '--port', '0', '--development'];
  const node = spawn(join(build, 'holdfastd'), options, { stdio: ['ignore', log, log] });
  let stopping = false;
  const ended = new Promise((done) => node.once('exit', done));
  node.once('exit', (code, signal) => {
    if (!stopping) console.error(`the node ended with ${code ?? signal}:\n${lastLines(join(data, 'node.log'))}`);
  });
  const deadline = Date.now() + startWithinMs;
  while (!existsSync(address) || readFileSync(address, 'utf8').trim() === '') {
    if (node.exitCode !== null || Date.now() > deadline) {
      node.kill('SIGKILL');
      throw new Error(`the node did not start:\n${lastLines(join(data, 'node.log'))}`);
    }
    await wait(50);
  }
  return {
    url: readFileSync(address, 'utf8').trim(),
    async stop() {
      stopping = true;
      node.kill('SIGTERM');
      const inTime = await Promise.race([ended.then(() => true), wait(stopWithinMs).then(() => false)]);
      if (!inTime) node.kill('SIGKILL');
    },
  };
}

function cli(...words) {
  return execFileSync(join(build, 'holdfast'), words, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 300_000,
  });
}

function applyDemo(data) {
  cli('tenant', 'apply', 'config/tenants/festival.toml', 'config/tenants/theatre.toml', '--data', data);
  const prices = ['--price-powered', '23.00', '--price-unpowered', '15.00'];
  cli('import', 'campsites', 'config/tenants/data/nz-campsites.csv', '--tenant', 'doc-nz', '--data', data, ...prices);
}

function install() {
  const marker = join(here, 'node_modules/.package-lock.json');
  if (!existsSync(marker)) execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: here, stdio: 'inherit' });
}

function runSpecs(environment) {
  const program = join(here, 'node_modules/@playwright/test/cli.js');
  return new Promise((done) => {
    const specs = spawn(process.execPath, [program, 'test', ...args], {
      cwd: here,
      stdio: 'inherit',
      env: { ...process.env, ...environment },
    });
    specs.once('exit', (code) => done(code ?? 1));
  });
}

install();
let status = 1;
if (process.env.HOLDFAST_URL) {
  status = await runSpecs({});
} else {
  const data = mkdtempSync(join(tmpdir(), 'holdfast-pages-'));
  let node;
  try {
    node = await startNode(data);
    applyDemo(data);
    const token = cli('token', '--data', data, '--role', 'admin', '--tenant', 'theatre').trim();
    const operator = cli('token', '--data', data, '--role', 'operator').trim();
    const results = join(build, 'pages-test-results');
    mkdirSync(results, { recursive: true });
    status = await runSpecs({
      HOLDFAST_URL: node.url,
      HOLDFAST_STAFF_TOKEN: token,
      HOLDFAST_OPERATOR_TOKEN: operator,
      HOLDFAST_SCREENSHOTS: process.env.HOLDFAST_SCREENSHOTS ?? join(root, 'build/screenshots'),
      HOLDFAST_TEST_RESULTS: results,
    });
  } finally {
    await node?.stop();
    rmSync(data, { recursive: true, force: true });
  }
}
process.exitCode = status;
