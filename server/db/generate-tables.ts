/** Writes `tables.ts` from the schema of the (migrated) database at DATABASE_URL: `npm run db:types`. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { migrate } from './migrate.ts'
import { openDb } from './open.ts'

const url = process.env['DATABASE_URL']
if (url === undefined) throw new Error('Set DATABASE_URL to an empty database whose schema may be made.')
const db = openDb({ connectionString: url }, (error) => console.error(error.message))
await migrate(db)
await db.destroy()
const out = fileURLToPath(new URL('tables.ts', import.meta.url))
const args = [
  '--dialect=postgres',
  `--url=${url}`,
  `--out-file=${out}`,
  '--default-schema=public',
  '--include-pattern=public.*',
]
const done = spawnSync('kysely-codegen', args, { stdio: 'inherit' })
process.exitCode = done.status ?? 1
// int8 is parsed to a number (see open.ts).
const written = readFileSync(out, 'utf8')
writeFileSync(out, written.replace(/export type Int8 = .*;/, 'export type Int8 = ColumnType<number, number, number>;'))
