import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

/** `content`: headers, an empty line and the body, as they were sent. */
export type ReceivedMail = { from: string; to: string; content: string }

/** Where a mail server can be made to fail: a command's first word, or the end of the message. */
type Point = 'connect' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'other' | 'content'

export type MailServer = AsyncDisposable & {
  port: number
  /** What was accepted. */
  mails: ReceivedMail[]
  /** Every line but the messages themselves. */
  lines: string[]
  /** Called at each point: another reply than usual, or 'cut' to lose the connection, or 'hang' to say nothing. */
  act: (point: Point) => string | undefined
}

const USUAL: Record<string, string> = {
  EHLO: '250-mail.example greets you\r\n250-AUTH PLAIN\r\n250 SIZE 1000000',
  HELO: '250 mail.example',
  AUTH: '235 welcome',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go ahead',
  RSET: '250 ok',
  QUIT: '221 bye',
}

/** A mail server on loopback that keeps what it is sent. It speaks no TLS. */
export async function startMailServer(): Promise<MailServer> {
  const sockets = new Set<Socket>()
  const mails: ReceivedMail[] = []
  const lines: string[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {}) // the other side may hang up at any time
    converse(socket, self)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the mail server has no port')
  const self: MailServer = {
    port: address.port,
    mails,
    lines,
    act: () => undefined,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return self
}

function converse(socket: Socket, server: MailServer): void {
  const mail = { from: '', to: '', content: '' }
  let inMessage = false
  let buffer = ''
  const say = (point: Point, usual: string): boolean => {
    const said = server.act(point) ?? usual
    if (said === 'cut') socket.destroy()
    else if (said !== 'hang') socket.write(`${said}\r\n`)
    return said === usual
  }
  const hear = (line: string): void => {
    server.lines.push(line)
    const verb = line.slice(0, 4).toUpperCase()
    const path = /<([^>]*)>/.exec(line)?.[1] ?? ''
    if (verb === 'MAIL') mail.from = path
    if (verb === 'RCPT') mail.to = path
    const isUsual = say(toPoint(verb), USUAL[verb] ?? '502 what?')
    if (verb === 'DATA') inMessage = isUsual
    if (verb === 'QUIT') socket.end()
  }
  say('connect', '220 mail.example ESMTP')
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    buffer += chunk
    for (;;) {
      const end = buffer.indexOf(inMessage ? '\r\n.\r\n' : '\r\n')
      if (end < 0) return
      const taken = buffer.slice(0, end)
      buffer = buffer.slice(end + (inMessage ? 5 : 2))
      if (!inMessage) {
        hear(taken)
        continue
      }
      inMessage = false
      if (say('content', '250 kept')) server.mails.push({ ...mail, content: taken })
    }
  })
}

function toPoint(verb: string): Point {
  return verb === 'EHLO' || verb === 'AUTH' || verb === 'MAIL' || verb === 'RCPT' || verb === 'DATA' ? verb : 'other'
}
