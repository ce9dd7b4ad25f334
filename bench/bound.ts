/**
 * The store's own bound: the finished rows of a sync, read back into memory, put into fresh tables of the same definition in
 * the same PostgreSQL, with nothing else done. What Lockkeeper adds is reading, converting, indexing words and keeping its place.
 */
import { Client, type ClientConfig } from 'pg'

const BATCH = 250
const SCHEMA = 'bench_bound'
const TABLES = ['documents', 'document_search'] as const

type Table = { name: string; columns: { name: string; type: string }[]; rows: unknown[][] }

/** Rows per second, the best of one and of two connections; each batch of 250 is a transaction, as a sync's is. */
export async function measureBound(connection: ClientConfig): Promise<{ perSecond: number; connections: number }> {
  await using admin = await openClient(connection)
  const tables = await Promise.all(TABLES.map((name) => readTable(admin.client, name)))
  const results: { perSecond: number; connections: number }[] = []
  for (const connections of [1, 2]) {
    await makeTables(admin.client)
    await admin.client.query('checkpoint')
    results.push({ perSecond: await putAll(connection, tables, connections), connections })
  }
  await admin.client.query(`drop schema ${SCHEMA} cascade`)
  return results.reduce((best, one) => (one.perSecond > best.perSecond ? one : best))
}

async function putAll(connection: ClientConfig, tables: Table[], connections: number): Promise<number> {
  const count = tables[0]?.rows.length ?? 0
  const starts = Array.from({ length: Math.ceil(count / BATCH) }, (_, index) => index * BATCH)
  const begun = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      await using one = await openClient(connection)
      for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
        await one.client.query('begin')
        await one.client.query(`set local work_mem = '64MB'`)
        for (const table of tables) await putBatch(one.client, table, table.rows.slice(start, start + BATCH))
        await one.client.query('commit')
      }
    }),
  )
  return (count / (performance.now() - begun)) * 1000
}

async function putBatch(client: Client, { name, columns }: Table, rows: unknown[][]): Promise<void> {
  const row = (at: number) =>
    columns.map(({ type }, column) => `$${at * columns.length + column + 1}::${type}`).join(',')
  const places = rows.map((_, at) => `(${row(at)})`).join(',')
  const names = columns.map((column) => column.name).join(',')
  await client.query(`insert into ${SCHEMA}.${name} (${names}) values ${places}`, rows.flat())
}

/** Both tables in the order of the documents' ids; vectors in PostgreSQL's binary form, as the product sends them. */
async function readTable(client: Client, name: (typeof TABLES)[number]): Promise<Table> {
  const found = await client.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [`public.${name}`],
  )
  const columns = found.rows
  const read = columns.map((column) => (column.type === 'tsvector' ? `tsvectorsend(${column.name})` : column.name))
  const { rows } = await client.query<unknown[]>({
    text: `select ${read.join(',')} from public.${name} order by ${name === 'documents' ? 'id' : 'document_id'}`,
    rowMode: 'array',
  })
  return { name, columns, rows }
}

/** Indexes, checks and storage come with `including all`; foreign keys and the row's own setting do not. */
async function makeTables(client: Client): Promise<void> {
  await client.query(`drop schema if exists ${SCHEMA} cascade; create schema ${SCHEMA}`)
  for (const name of TABLES) {
    await client.query(`create table ${SCHEMA}.${name} (like public.${name} including all)`)
    const keys = await client.query<{ definition: string }>(
      `select pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = $1::regclass and contype = 'f'`,
      [`public.${name}`],
    )
    for (const { definition } of keys.rows) {
      const here = definition.replace(/REFERENCES (?:public\.)?documents\(/, `references ${SCHEMA}.documents(`)
      await client.query(`alter table ${SCHEMA}.${name} add ${here}`)
    }
    const { rows } = await client.query<{ options: string[] | null }>(
      'select reloptions as options from pg_class where oid = $1::regclass',
      [`public.${name}`],
    )
    const options = rows[0]?.options ?? []
    if (options.length > 0) await client.query(`alter table ${SCHEMA}.${name} set (${options.join(',')})`)
  }
}

async function openClient(connection: ClientConfig): Promise<AsyncDisposable & { client: Client }> {
  const client = new Client(connection)
  await client.connect()
  return { client, [Symbol.asyncDispose]: () => client.end() }
}
