import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

const gateway = process.env['OBSERVATORY_GATEWAY'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  resolve: { conditions: ['@observatory/source', ...defaultClientConditions] },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: gateway }, '/socket.io': { target: gateway, ws: true } },
  },
  build: {
    target: 'es2023',
    // The Content-Security-Policy knows only 'self': no data: URLs.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      // The browser takes types and a few pure files from the contracts; the schemas, and zod with them, run in development only.
      treeshake: { moduleSideEffects: [{ test: /libs\/contracts\//, sideEffects: false }] },
    },
  },
});
