import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { findBreaches, TABLE } from './import-table.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const paths = globSync('{schema,server,simulator,web}/**/*.{ts,tsx}', {
  cwd: ROOT,
  exclude: ['**/node_modules/**', '**/*.tmp.ts', 'web/dist/**', 'server/db/tables.ts'],
})
const files = paths.map((path) => ({ path, text: readFileSync(resolve(ROOT, path), 'utf8') }))

test('no file imports what it may not, calls the global fetch or is longer than 300 lines', () => {
  expect(files.length).toBeGreaterThan(50)
  expect(findBreaches(files)).toEqual([])
})

test('every folder of the server stands in the table', () => {
  const folders = new Set(paths.flatMap((path) => /^server\/([^/]+)\//.exec(path)?.[1] ?? []))
  folders.delete('test')
  expect([...folders].filter((folder) => !(folder in TABLE))).toEqual([])
})

const breach = (path: string, text: string) => findBreaches([{ path, text: `${text}\n` }])

test.each([
  ['server/content/put.ts', "import { run } from '#server/workflows/run.ts'", 'content may not import workflows'],
  ['server/content/put.ts', "import {\n  run,\n} from '../workflows/run.ts'", 'content may not import workflows'],
  ['server/content/put.ts', "export { run } from '#server/workflows/run.ts'", 'content may not import workflows'],
  ['server/content/put.ts', "const run = await import('#server/workflows/run.ts')", 'content may not import workflows'],
  ['server/content/put.ts', "import '#server/workflows/run.ts'", 'content may not import workflows'],
  ['server/content/put.ts', "import type { Run } from '#server/workflows/run.ts'", 'content may not import workflows'],
  ['server/vault/vault.ts', "import { openDb } from '#server/db/open.ts'", 'vault may not import db'],
  ['server/vault/vault.ts', "import { boot } from '../boot.ts'", 'vault may not import server/boot.ts'],
  ['server/http/pages.ts', "import { openDb } from '#server/db/open.ts'", 'http may not import db'],
  ['server/http/pages.ts', "import { findPage } from '#server/content/store.ts'", 'a door may not import a store'],
  ['server/http/pages.ts', "import { tool } from '#server/mcp/tool.ts'", 'http may not import mcp'],
  ['server/content/put.ts', "import { startTestApp } from '#server/test/app.ts'", 'may not import tests'],
  ['server/boot.ts', "import { startSimulator } from '#simulator/start.ts'", 'may not import simulator'],
  ['server/content/put.ts', "import { request } from 'undici'", 'only server/egress may import undici'],
  ['server/access/mail.ts', "import Mail from 'nodemailer/lib/smtp-connection'", 'only server/credentials may import'],
  ['server/newcomer/a.ts', "import { openDb } from '#server/db/open.ts'", 'newcomer may not import db'],
  ['schema/page.ts', "import { newId } from '#server/platform/ids.ts'", 'schema imports nothing'],
  ['web/pages/a.tsx', "import { boot } from '#server/boot.ts'", 'web may import schema alone'],
  ['server/content/put.ts', "await fetch('https://example.com')", 'the global fetch'],
  ['server/content/put.ts', "await globalThis.fetch('https://example.com')", 'the global fetch'],
  ['server/content/put.ts', '\n'.repeat(300), '301 lines'],
])('%s with %j is a breach', (path, text, reason) => {
  expect(breach(path, text)).toEqual([expect.stringContaining(reason)])
})

test.each([
  ['server/content/put.ts', "import { openDb } from '#server/db/open.ts'"],
  ['server/content/put.ts', "import { locks } from './locks.ts'"],
  ['server/content/put.ts', "import { newId } from '#server/platform/ids.ts'\nimport { Page } from '#schema/page.ts'"],
  ['server/vault/vault.ts', "import type { Db, Tx } from '#server/db/open.ts'"],
  ['server/vault/vault.ts', "import { type Db, type Tx } from '#server/db/open.ts'"],
  ['server/http/pages.ts', "import { search } from '#server/content/search.ts'"],
  ['server/boot.ts', "import { serveHttp } from './http/server.ts'"],
  ['server/content/put.test.ts', "import { run } from '#server/workflows/run.ts'\nawait fetch(url)"],
  ['server/credentials/use.ts', 'function send(fetch: EgressFetch) {\n  return fetch(url)\n}'],
  ['server/content/put.ts', '\n'.repeat(299)],
])('%s with %j is none', (path, text) => {
  expect(breach(path, text)).toEqual([])
})
