/** Bytes in the database, by their hash, in pieces: written and read as they flow, so that memory holds one piece. */
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'
import { newId } from '#server/platform/ids.ts'

const PIECE_BYTES = 256 * 1024
/** Bytes that nobody refers to go after this: what is being written is not referred to yet. */
const UNUSED_AFTER = '1 hour'
const BLOBS_AT_ONCE = 20

/** What was written, under a name of its own until somebody refers to it (`adoptBlob`). */
export type LooseBlob = { name: string; sha256: string; size: number }

/** Writes bytes as they come. What is never adopted is removed later. */
export async function writeBlob(db: Db, stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<LooseBlob> {
  const name = `incoming:${newId()}`
  await db.insertInto('blobs').values({ sha256: name, size: 0 }).execute()
  const hash = createHash('sha256')
  let size = 0
  let position = 0
  for await (const piece of inPieces(stream)) {
    hash.update(piece)
    size += piece.length
    await db.insertInto('blob_chunks').values({ sha256: name, position, bytes: piece }).execute()
    position += 1
  }
  return { name, sha256: hash.digest('hex'), size }
}

/** Gives what was written its true name, in the transaction that refers to it; the same bytes are kept once. */
export async function adoptBlob(tx: Tx, { name, sha256, size }: LooseBlob): Promise<void> {
  // Renewed, so that nobody removes it as unused before this transaction has ended.
  const { rows } = await sql<{ is_new: boolean }>`
    insert into blobs (sha256, size) values (${sha256}, ${size})
    on conflict (sha256) do update set created_at = now()
    returning xmax = 0 as is_new`.execute(tx)
  if (rows[0]?.is_new === true) await tx.updateTable('blob_chunks').set({ sha256 }).where('sha256', '=', name).execute()
  await tx.deleteFrom('blobs').where('sha256', '=', name).execute()
}

/** Gives up what was written. */
export async function dropBlob(db: Db, name: string): Promise<void> {
  await db.deleteFrom('blobs').where('sha256', '=', name).execute()
}

/** The bytes piece by piece, each of at most 256 KiB. Throws when one is missing: they were removed meanwhile. */
export async function* readBlob(db: Db, sha256: string, size: number): AsyncGenerator<Buffer> {
  let read = 0
  for (let position = 0; read < size; position += 1) {
    const row = await db
      .selectFrom('blob_chunks')
      .select('bytes')
      .where('sha256', '=', sha256)
      .where('position', '=', position)
      .executeTakeFirst()
    if (row === undefined) throw new Error(`Piece ${position} of the file ${sha256} is gone.`)
    read += row.bytes.length
    yield row.bytes
  }
}

/** Removes bytes that no attachment refers to any more; how many files that were. */
export async function removeUnusedBlobs(db: Db, signal: AbortSignal): Promise<number> {
  for (let count = 0; ;) {
    if (signal.aborted) return count
    const { rows } = await sql`
      delete from blobs where sha256 in (
        select sha256 from blobs
        where created_at < now() - ${UNUSED_AFTER}::interval
          and not exists (select from attachments where attachments.sha256 = blobs.sha256)
        limit ${BLOBS_AT_ONCE})
        and created_at < now() - ${UNUSED_AFTER}::interval
      returning sha256`.execute(db)
    count += rows.length
    if (rows.length < BLOBS_AT_ONCE) return count
  }
}

/** The same bytes in pieces of one size, the last one smaller. */
async function* inPieces(stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = []
  let length = 0
  for await (const part of stream) {
    for (let at = 0; at < part.length;) {
      const taken = part.subarray(at, at + PIECE_BYTES - length)
      waiting.push(taken)
      length += taken.length
      at += taken.length
      if (length < PIECE_BYTES) continue
      yield Buffer.concat(waiting, length)
      waiting = []
      length = 0
    }
  }
  if (length > 0) yield Buffer.concat(waiting, length)
}
