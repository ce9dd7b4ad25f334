/**
 * The process that reads files for search: whatever a hostile file does, it does here. It is started without environment,
 * may read this project's code alone and write nothing, and is killed when it takes too much time or memory (reader.ts).
 */
import { z } from 'zod'
import { readFileText } from './read-file.ts'

const Message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('piece'), bytes: z.instanceof(Uint8Array) }),
  z.object({ kind: z.literal('end'), name: z.string() }),
])

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
