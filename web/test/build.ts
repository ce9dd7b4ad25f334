import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/** Builds the pages once before the browser tests: what is tested is what is in the sources. */
export default async function buildPages(): Promise<void> {
  await build({ configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)), logLevel: 'warn' })
}
