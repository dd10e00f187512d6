import { defineConfig } from '@playwright/test';
import { execSync } from 'node:child_process';

const baseURL = process.env.HOLDFAST_URL;
if (!baseURL) throw new Error('HOLDFAST_URL must name a running node with the demo tenants; `node run.mjs` starts one');

/** Debian's Chromium, without anything that talks to the world or needs what a container has not. */
export const launchOptions = {
  executablePath: execSync('command -v chromium').toString().trim(),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

export default defineConfig({
  testDir: 'specs',
  outputDir: process.env.HOLDFAST_TEST_RESULTS ?? 'test-results',
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL,
    launchOptions,
    locale: 'en-GB',
    timezoneId: 'Europe/Copenhagen',
    trace: 'retain-on-failure',
  },
});
