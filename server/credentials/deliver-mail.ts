/** Hands one message to the operator's mail server. Loaded only when there is one to send: it takes 20 MB. */
import { Readable } from 'node:stream'
import MailComposer from 'nodemailer/lib/mail-composer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Config } from '#server/config.ts'

type Smtp = NonNullable<Config['smtp']>

/** `id`: the same for every try, so that a receiver sees what is the same message. */
export type Message = { id: string; to: string; subject: string; text: string; at: Date }

/**
 * `refused`: it surely was not taken and may be tried again; `byServer`: no other message would be taken now either.
 * `unknown`: it was handed over, but what became of it was not answered. Reasons hold neither secrets nor addresses.
 */
export type Outcome =
  | { kind: 'sent' }
  | { kind: 'refused'; byServer: boolean; reason: string }
  | { kind: 'unknown'; reason: string }

const CONNECT_WITHIN_MS = 20_000
const SILENCE_MS = 60_000
const SEND_WITHIN_MS = 120_000

/** Sends it over a connection of its own, within two minutes. Never throws for what the other side does. */
export async function deliverMail(smtp: Smtp, message: Message, signal: AbortSignal): Promise<Outcome> {
  const envelope = await compose(smtp, message)
  const connection = openConnection(smtp)
  const limit = AbortSignal.any([signal, AbortSignal.timeout(SEND_WITHIN_MS)])
  const broken = new Promise<never>((_, reject) => {
    connection.on('error', reject)
    limit.addEventListener('abort', () => reject(limit.reason), { once: true })
  })
  broken.catch(() => {}) // raced below; a late failure is nobody's
  let isHandedOver = false
  // Read only after the server has taken sender, recipient and DATA.
  const content = Readable.from(
    (function* () {
      isHandedOver = true
      yield envelope.content
    })(),
    { objectMode: false },
  )
  const { login } = smtp
  try {
    limit.throwIfAborted()
    await Promise.race([broken, step((done) => connection.connect(done))])
    if (login !== undefined)
      await Promise.race([broken, step((done) => connection.login({ user: login.user, pass: login.password }, done))])
    await Promise.race([broken, step((done) => connection.send(envelope, content, done))])
    connection.quit()
    return { kind: 'sent' }
  } catch (error) {
    connection.close()
    return judge(error, isHandedOver)
  }
}

function openConnection({ host, port, tls }: Smtp): SMTPConnection {
  return new SMTPConnection({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: { minVersion: 'TLSv1.2' },
    connectionTimeout: CONNECT_WITHIN_MS,
    greetingTimeout: CONNECT_WITHIN_MS,
    socketTimeout: SILENCE_MS,
  })
}

async function compose({ from }: Smtp, { id, to, subject, text, at }: Message) {
  const domain = /@([^\s@>]+)>?$/.exec(from)?.[1] ?? 'localhost'
  const composed = new MailComposer({
    from,
    to: { name: '', address: to },
    subject,
    text,
    date: at,
    messageId: `<${id}@${domain}>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'win',
  }).compile()
  return { ...composed.getEnvelope(), content: await composed.build() }
}

/** A call that answers by callback, awaited. */
function step(call: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error === undefined || error === null ? resolve() : reject(error)))
  })
}

/** Of what the server answered, words are kept only where it speaks of the message: it might quote a password back. */
function judge(error: unknown, isHandedOver: boolean): Outcome {
  const { code = 'aborted', cause = code, command = '', responseCode, response = '' } = detailsOf(error)
  const isAnswered = responseCode !== undefined && ['MAIL FROM', 'RCPT TO', 'DATA'].includes(command)
  if (isAnswered && (!isHandedOver || code === 'EMESSAGE'))
    return { kind: 'refused', byServer: false, reason: `The mail server refused it at ${command}: ${tame(response)}` }
  if (isHandedOver)
    return {
      kind: 'unknown',
      reason: `The mail server took it but did not confirm it (${cause}). It may have arrived.`,
    }
  const answer = responseCode === undefined ? '' : ` with ${responseCode}`
  const at = command === '' || command === 'CONN' ? '' : ` at ${command}`
  return { kind: 'refused', byServer: true, reason: `The mail server could not be used${at}${answer} (${cause}).` }
}

/** `cause`: the system's own code, such as ECONNREFUSED or what was wrong with the certificate. */
type Details = { code?: string; cause?: string; command?: string; responseCode?: number; response?: string }

function detailsOf(error: unknown): Details {
  if (!(error instanceof Error)) return {}
  const found: Details = {}
  if ('code' in error && typeof error.code === 'string') found.code = error.code
  if ('originalCode' in error && typeof error.originalCode === 'string') found.cause = error.originalCode
  if ('command' in error && typeof error.command === 'string') found.command = error.command
  if ('responseCode' in error && typeof error.responseCode === 'number') found.responseCode = error.responseCode
  if ('response' in error && typeof error.response === 'string') found.response = error.response
  return found
}

function tame(response: string): string {
  return response.replace(/\p{Cc}+/gu, ' ').slice(0, 300)
}
