import type { ServerResponse } from 'node:http'
import type { Answer } from './answer.ts'
import type { SetFault } from './faults.ts'

/** Sends an answer, or does to its bytes what the fault says. */
export function deliver(response: ServerResponse, answer: Answer, fault: SetFault | undefined): void {
  if (answer.release !== undefined) response.once('close', answer.release)
  const bytes = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body
  switch (fault?.kind) {
    case 'hang':
      return
    case 'cut':
      response.destroy()
      return
    case 'cut-mid-body':
      head(response, answer, bytes.length)
      response.write(bytes.subarray(0, Math.max(1, Math.floor(bytes.length / 2))), () => response.destroy())
      return
    case 'truncated-json':
      return whole(response, answer, bytes.subarray(0, Math.floor(bytes.length / 2)))
    case 'slow-drip':
      head(response, answer, bytes.length)
      return drip(response, bytes, 0)
    default:
      return whole(response, answer, bytes)
  }
}

function head(response: ServerResponse, answer: Answer, length: number): void {
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(answer.status === 204 ? {} : { 'content-length': length }),
  })
}

function whole(response: ServerResponse, answer: Answer, bytes: Buffer): void {
  head(response, answer, bytes.length)
  response.end(bytes)
}

// 64 bytes every 100 ms: slower than any client should wait for.
function drip(response: ServerResponse, bytes: Buffer, from: number): void {
  if (response.destroyed) return
  if (from >= bytes.length) {
    response.end()
    return
  }
  response.write(bytes.subarray(from, from + 64))
  setTimeout(() => drip(response, bytes, from + 64), 100).unref()
}
