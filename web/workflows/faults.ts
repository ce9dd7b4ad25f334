import type { z } from 'zod'
import type { FieldError } from '#schema/common.ts'

/** `path`: dotted, from the top of the definition, such as `triggers.0.do.1.url`. */
export type Fault = z.infer<typeof FieldError>

/** Faults as the API places them, with one spelling of their paths. */
export function placed(faults: readonly Fault[]): Fault[] {
  return faults.map(({ path, message }) => ({
    path: path
      .replaceAll('/', '.')
      .replace(/^\./, '')
      .replace(/^definition(\.|$)/, ''),
    message,
  }))
}

/** What is said of a place, or of something inside it. */
export function isWithin(fault: Fault, path: string): boolean {
  return fault.path === path || fault.path.startsWith(`${path}.`)
}

/** A place and all that it lies in, from the outside in: `a.0.b` → `a`, `a.0`, `a.0.b`. */
export function wayTo(path: string): string[] {
  const parts = path.split('.')
  return parts.map((_, at) => parts.slice(0, at + 1).join('.'))
}

const nouns: Record<string, string> = {
  statuses: 'Status',
  transitions: 'Transition',
  triggers: 'Trigger',
  do: 'Action',
  all: 'Condition',
  any: 'Condition',
}

/** What people call a field where its name is none of their words. */
const fields: Record<string, string> = {
  credentialId: 'credential',
  expiresAfter: 'expiry',
  onExpiry: 'what happens on expiry',
  onEdit: 'what an edit does',
  appliesTo: 'applies to',
  timeoutSeconds: 'timeout',
  on: 'when',
  if: 'conditions',
  is: 'value',
  isNot: 'value',
  in: 'value',
  contains: 'value',
}

/** `triggers.0.do.1.url` → "Trigger 1, action 2, url". */
export function placeWords(path: string): string {
  const parts = path.split('.')
  const words = parts.flatMap((part, at) => {
    const number = Number(part)
    const before = parts[at - 1]
    if (Number.isInteger(number) && before !== undefined) return [`${nouns[before] ?? before} ${number + 1}`]
    const isOnTheWay = (part in nouns || part === 'if' || part === 'not') && at < parts.length - 1
    return isOnTheWay ? [] : [fields[part] ?? part]
  })
  const [first = '', ...rest] = words
  const sentence = [first, ...rest.map((word) => word.toLowerCase())].join(', ')
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}
