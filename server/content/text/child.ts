/**
 * The process that reads files for search: whatever a hostile file does, it does here. It is started without environment,
 * may read this project's files alone and write none, and ends itself when it takes too much memory.
 */
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { readFileText } from './read-file.ts'

/** What the whole process may take. */
const MOST_BYTES = 640 * 1024 * 1024
const WATCH = `
  const { workerData } = require('node:worker_threads')
  setInterval(() => {
    if (process.memoryUsage.rss() > workerData) process.kill(process.pid, 'SIGKILL')
  }, 50)`

const Message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('piece'), bytes: z.instanceof(Uint8Array) }),
  z.object({ kind: z.literal('end'), name: z.string() }),
])

// The watch is a thread of its own, so that it looks while a file keeps this one busy.
new Worker(WATCH, { eval: true, workerData: MOST_BYTES }).unref()

let pieces: Uint8Array[] = []

process.on('message', (message: unknown) => {
  const read = Message.parse(message)
  if (read.kind === 'piece') {
    pieces.push(read.bytes)
    return
  }
  const bytes = Buffer.concat(pieces)
  pieces = []
  void readFileText(bytes, read.name).then((outcome) => process.send?.(outcome))
})
process.on('disconnect', () => process.exit())
process.send?.({ kind: 'ready' })
