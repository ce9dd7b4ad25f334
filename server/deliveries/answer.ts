/** What is kept of a receiver's answer: headers and the first 16 KB as text, secrets masked. */
import type { EgressResponse } from '#server/egress/fetch.ts'
import { storable } from './storable.ts'

export type Answer = { headers: Record<string, string>; body: string; isCut: boolean }

export const KEPT_BYTES = 16_384

/** Reads no more than is kept, and gives up the rest. An answer that breaks off, or drips until the time is over, is cut. */
export async function readAnswer(response: EgressResponse, mask: (text: string) => string): Promise<Answer> {
  const headers: Record<string, string> = {}
  for (const [name, value] of response.headers) {
    const kept = storable(mask(value))
    headers[name] = headers[name] === undefined ? kept : `${headers[name]}, ${kept}`
  }
  const { bytes, isCut } = await readStart(response)
  return { headers, body: storable(mask(new TextDecoder().decode(bytes))), isCut }
}

async function readStart(response: EgressResponse): Promise<{ bytes: Uint8Array; isCut: boolean }> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    if (isShort(response)) return { bytes: await response.bytes(), isCut: false }
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk)
      length += chunk.length
      if (length > KEPT_BYTES) break
    }
    return { bytes: Buffer.concat(chunks).subarray(0, KEPT_BYTES), isCut: length > KEPT_BYTES }
  } catch {
    // The status has come, and that is what counts; of the rest, what arrived is kept.
    return { bytes: Buffer.concat(chunks).subarray(0, KEPT_BYTES), isCut: true }
  }
}

/** Says itself that it is no longer than what is kept; most answers do, and are read at once. */
function isShort({ headers }: EgressResponse): boolean {
  const length = headers.get('content-length')
  return length !== null && Number(length) <= KEPT_BYTES && headers.get('content-encoding') === null
}
