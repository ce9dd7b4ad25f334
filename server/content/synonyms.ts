/**
 * Words that mean the same to somebody who looks for help. Asked for together; what a page says stays as it is. A person
 * types the everyday word and the page has the other one. Each word in one form: the dictionary makes the others.
 */
import { fold } from './fold.ts'

const GROUPS = [
  ['refund', 'reimbursement', 'money back', 'chargeback'],
  ['cancel', 'terminate', 'unsubscribe'],
  ['cancellation', 'termination'],
  ['price', 'cost', 'fee', 'rate card'],
  ['invoice', 'bill', 'receipt'],
  ['vat', 'sales tax'],
  ['warranty', 'guarantee'],
  ['return', 'rma', 'send back'],
  ['broken', 'defective', 'faulty', 'damaged'],
  ['delivery', 'shipping', 'shipment'],
  ['buy', 'purchase', 'order'],
  ['password', 'passphrase', 'passcode'],
  ['login', 'sign in', 'log in', 'signin', 'logon'],
  ['logout', 'sign out', 'log out'],
  ['2fa', 'mfa', 'two-factor', 'multi-factor'],
  ['sso', 'single sign-on'],
  ['permission', 'right', 'privilege', 'role'],
  ['colleague', 'coworker', 'co-worker', 'teammate'],
  ['invite', 'invitation'],
  ['delete', 'remove', 'erase'],
  ['install', 'set up', 'setup'],
  ['update', 'upgrade'],
  ['restart', 'reboot'],
  ['offline', 'disconnected', 'unreachable'],
  ['outage', 'downtime', 'incident'],
  ['error', 'fault', 'failure'],
  ['wifi', 'wi-fi', 'wlan', 'wireless'],
  ['ethernet', 'lan', 'network cable'],
  ['cellular', 'lte', 'mobile network'],
  ['mail', 'email', 'e-mail'],
  ['phone', 'telephone'],
  ['sms', 'text message'],
  ['alert', 'alarm', 'notification'],
  ['fridge', 'refrigerator'],
  ['computer', 'pc', 'laptop'],
  ['screen', 'display', 'monitor'],
  ['picture', 'image', 'photo'],
  ['privacy', 'gdpr', 'data protection'],
  ['vulnerability', 'security hole', 'exploit'],
  ['documentation', 'docs', 'manual', 'handbook'],
  ['faq', 'frequently asked questions'],
  ['example', 'sample'],
  ['sandbox', 'test environment'],
  ['training', 'course'],
  ['onboarding', 'induction'],
  ['vacation', 'holiday', 'leave', 'time off'],
  ['employee', 'staff', 'personnel'],
  ['customer', 'client'],
  ['company', 'business', 'organisation', 'organization'],
  ['postmortem', 'post-mortem', 'root cause'],
  ['runbook', 'playbook'],
  ['schedule', 'rota', 'roster'],
] as const

const MOST_WORDS = 3
const others = new Map<string, readonly string[]>()
for (const group of GROUPS)
  for (const word of group) {
    const own = group.filter((other) => other !== word)
    others.set(keyOf(word), [...(others.get(keyOf(word)) ?? []), ...own])
  }

/** What else a word or a few words in a row may be called; none for most. In any letter-case, plural too. */
export function synonymsOf(words: string): readonly string[] {
  return others.get(keyOf(words)) ?? []
}

/** How many of the first words have synonyms together, as many as possible; 0 when they have none. */
export function synonymRun(words: readonly string[]): number {
  for (let length = Math.min(MOST_WORDS, words.length); length > 0; length -= 1)
    if (synonymsOf(words.slice(0, length).join(' ')).length > 0) return length
  return 0
}

/** `E-Mails` → `e-mail`: a plural is the same word. */
function keyOf(words: string): string {
  return fold(words).replace(/(?<=[a-z]{2}[^su])s$/, '')
}
