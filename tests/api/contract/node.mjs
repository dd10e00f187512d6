// The node under test: the one at HOLDFAST_URL (with HOLDFAST_ADMIN_TOKEN of an operator and HOLDFAST_FOREIGN_TOKEN of another tenant), or a fresh one of HOLDFAST_BUILD on a free port with a temporary data folder.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// The limits are for guests; a test is one very busy address.
const settings = `
[http]
requests_per_address_per_s_max = 0
requests_per_token_per_s_max = 0
connections_per_address_max = 1000
`;

async function waitFor(file, alive) {
  for (let i = 0; i < 600; ++i) {
    if (existsSync(file) && readFileSync(file, 'utf8').endsWith('\n')) return readFileSync(file, 'utf8').trim();
    if (!alive()) throw new Error('the node ended before it listened');
    await sleep(50);
  }
  throw new Error('the node did not listen in time');
}

export async function startNode() {
  if (process.env.HOLDFAST_URL) {
    return { url: process.env.HOLDFAST_URL.replace(/\/$/, ''), token: process.env.HOLDFAST_ADMIN_TOKEN, foreign: process.env.HOLDFAST_FOREIGN_TOKEN, stop: async () => {} };
  }
  const build = process.env.HOLDFAST_BUILD ?? 'build/release';
  const data = mkdtempSync(join(tmpdir(), 'holdfast-contract-'));
  writeFileSync(join(data, 'settings.toml'), settings);
  const log = openSync(join(data, 'node.log'), 'a');
  const child = spawn(join(build, 'holdfastd'), ['--development', '--config', join(data, 'settings.toml'), '--data', data, '--port', '0'],
    { stdio: ['ignore', log, log] });
  const ended = new Promise((done) => child.once('exit', done));
  const alive = () => child.exitCode === null && child.signalCode === null;
  try {
    const url = await waitFor(join(data, 'node.address'), alive);
    const make = (...of) => execFileSync(join(build, 'holdfast'), ['token', '--data', data, ...of], { encoding: 'utf8' }).trim().split(/\s+/).at(-1);
    return {
      url,
      token: make('--role', 'operator'),
      foreign: make('--role', 'admin', '--tenant', 'somebody-else'),
      async stop() {
        child.kill('SIGTERM');
        await ended;
        rmSync(data, { recursive: true, force: true });
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${error.message}\n${readFileSync(join(data, 'node.log'), 'utf8')}`);
  }
}
