/** `npm run bench`: measures what is promised, beside others that do the same work, and prints one table. */
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { benchConvert } from './convert.ts'
import { benchCredentials } from './credentials.ts'
import { benchDeliveries } from './deliveries.ts'
import { startLockkeeper } from './lockkeeper.ts'
import { describeMachine, toTable, whole, writeReadme, type Figure } from './report.ts'
import { benchRotation } from './rotation.ts'
import { benchSearchHttp } from './search-http.ts'
import { benchStart } from './start.ts'
import { benchLargeSync } from './sync-large.ts'
import { benchSync } from './sync.ts'
import { benchTrust } from './trust.ts'

const { values: args } = parseArgs({
  options: {
    /** Parts, separated by commas. */
    only: { type: 'string' },
    /** Without 100,000 pages or documents, and with the slowest peer on an eighth of the site. */
    quick: { type: 'boolean', default: false },
    /** Puts the table into bench/README.md. */
    write: { type: 'boolean', default: false },
    /** A directory for processor profiles of the server in the sync parts; they cost some speed. */
    profile: { type: 'string' },
  },
})

const profile = args.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${args.profile}`]
const parts: Record<string, () => Promise<Figure[]>> = {
  start: benchStart,
  convert: convertFigures,
  credentials: benchCredentials,
  deliveries: () => benchDeliveries({ withBacklog: !args.quick }),
  sync50: () => benchSync(50, 8, profile),
  sync500: () => benchSync(500, args.quick ? 1 : 2, profile),
  sync100k: () => benchLargeSync(profile),
  trust: () => benchTrust(args.quick ? 10_000 : 100_000),
  rotation: benchRotation,
  search: () => benchSearchHttp(args.quick ? [10_000] : [10_000, 100_000]),
}
const wanted = args.only?.split(',') ?? Object.keys(parts).filter((part) => !args.quick || part !== 'sync100k')
const unknown = wanted.filter((part) => parts[part] === undefined)
if (unknown.length > 0) throw new Error(`--only knows ${Object.keys(parts).join(', ')}; not "${unknown.join('", "')}".`)

const figures: Figure[] = []
for (const part of wanted) {
  const begun = performance.now()
  console.log(`${part} …`)
  figures.push(...((await parts[part]?.()) ?? []))
  console.log(`${part} took ${((performance.now() - begun) / 1000).toFixed(0)} s`)
}
const table = toTable(figures, describeMachine(await postgresVersion()))
console.log(`\n${table}`)
if (args.write) writeReadme(table)
if (figures.some(({ kept }) => kept === false)) console.log('\nNot every promise is kept.')

async function convertFigures(): Promise<Figure[]> {
  const { docsPerSecond, bytes } = await benchConvert()
  return [
    {
      name: `storage format of ${(bytes / 1000).toFixed(1)} KB → Markdown and text, one core`,
      value: `${whole(docsPerSecond)} documents/s`,
      promise: '≥ 1,000 documents/s',
      kept: docsPerSecond >= 1000,
    },
  ]
}

async function postgresVersion(): Promise<string> {
  await using lockkeeper = await startLockkeeper()
  await using database = await lockkeeper.openDatabase()
  const { rows } = await sql<{ version: string }>`select current_setting('server_version') as version`.execute(
    database.db,
  )
  return `PostgreSQL ${rows[0]?.version ?? ''} (embedded)`
}
