/** What is kept of a receiver's answer: headers and the first 16 KB as text, secrets masked. */
import type { EgressResponse } from '#server/egress/fetch.ts'
import { storable } from '#server/platform/storable.ts'

export type Answer = { headers: Record<string, string>; body: string; isCut: boolean }

export const KEPT_BYTES = 16_384

/** Of a call that reads no more than `KEPT_BYTES`. An answer that breaks off, or drips until the time is over, is cut there. */
export async function readAnswer(response: EgressResponse, mask: (text: string) => string): Promise<Answer> {
  const headers: Record<string, string> = {}
  for (const [name, value] of response.headers) {
    const kept = storable(mask(value))
    headers[name] = headers[name] === undefined ? kept : `${headers[name]}, ${kept}`
  }
  try {
    const body = storable(mask(await response.text()))
    return { headers, body, isCut: response.isCut }
  } catch {
    // The status has come, and that is what counts.
    return { headers, body: '', isCut: true }
  }
}
