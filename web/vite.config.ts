import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  resolve: { alias: { '#schema': fileURLToPath(new URL('../schema', import.meta.url)) } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 600,
  },
  // The browser's Origin must stay that of the page, or the server takes its own cookie for a foreign site's.
  // Of /api only what the server answers: web/api is a folder of the pages.
  server: { port: 7401, proxy: { '/api/v1': { target: 'http://127.0.0.1:7400', changeOrigin: false } } },
})
