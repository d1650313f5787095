import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// The built page is embedded in the program and served under one strict CSP (docs/API.md): no inline
// script, no inline style, no data: module. So nothing is inlined and the module preload shim, which is
// an inline-free but eval-like helper, is left out: every browser that we serve knows modulepreload.
export default defineConfig({
  base: '/',
  plugins: [svelte()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  // `npm run dev` against a running `projectlogs serve`: PROJECTLOGS_URL=http://127.0.0.1:4780 npm run dev
  server: {
    proxy: {
      '/api': {
        target: process.env['PROJECTLOGS_URL'] ?? 'http://127.0.0.1:4780',
        changeOrigin: true,
      },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/lib/test-setup.ts'],
  },
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
});
