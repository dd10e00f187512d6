import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// `npm run dev` shows the pages from source beside a running node; everything that is not a page comes from there.
const node = process.env.HOLDFAST_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    outDir: process.env.HOLDFAST_PAGES_OUT ?? 'dist',
    emptyOutDir: true,
    // A data: URL for a small asset would need looser rules than the strict content security policy allows.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': { target: node, ws: true },
      '/dev/mail': { target: node },
    },
  },
  test: { include: ['unit/**/*.test.ts'] },
});
