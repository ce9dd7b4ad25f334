/** How each kind of credential becomes one request header. */

export type Kind = 'basic' | 'bearer' | 'custom'

/** What of a credential stands open, and its opened secret. */
export type Opened = { kind: Kind; username: string | null; header: string | null; secret: string }

/** The header's name and value. Basic: RFC 7617 with UTF-8; bearer: RFC 6750 §2.1; custom: as given. */
export function headerOf(opened: Opened): [name: string, value: string] {
  switch (opened.kind) {
    case 'basic':
      return [
        'authorization',
        `Basic ${Buffer.from(`${opened.username ?? ''}:${opened.secret}`, 'utf8').toString('base64')}`,
      ]
    case 'bearer':
      return ['authorization', `Bearer ${opened.secret}`]
    case 'custom':
      return [opened.header ?? '', opened.secret]
    default:
      throw new Error(`unknown kind ${String(opened.kind satisfies never)}`)
  }
}
