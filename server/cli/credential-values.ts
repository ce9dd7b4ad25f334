/** Commands that make, read and change credentials. */
import { CredentialChange, CredentialKind, NewCredential, Restore, type Credential } from '#schema/credential.ts'
import { changeCredential } from '#server/credentials/change.ts'
import { createCredential } from '#server/credentials/create.ts'
import { removeCredential } from '#server/credentials/delete.ts'
import { listCredentials } from '#server/credentials/read.ts'
import { restoreCredential } from '#server/credentials/restore.ts'
import { readUsage } from '#server/credentials/usage.ts'
import { listVersions } from '#server/credentials/versions.ts'
import { findSecret, getSecret, SECRET_OPTIONS } from './command-secret.ts'
import { flag, needText, numberOf, parseInput, text, texts, timeOf, UsageError } from './command.ts'
import type { Command, Given } from './command.ts'
import { printCredential, printCredentials, printUsage } from './credential-print.ts'
import { findCredential, REF_OPTIONS, scopeOf } from './credential-ref.ts'
import { table } from './table.ts'

const list: Command = {
  usage: 'list --scope SCOPE [--q PART-OF-NAME]',
  options: { scope: text, q: text },
  async run(app, actor, given) {
    const q = given.text('q')
    const items: Credential[] = []
    let cursor: string | null | undefined
    do {
      const query = { limit: 250, ...(q === undefined ? {} : { q }), ...(typeof cursor === 'string' ? { cursor } : {}) }
      const page = await listCredentials(app, actor, scopeOf(given), query)
      items.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    return { answer: { items, nextCursor: null }, text: printCredentials(items) }
  },
}

const show: Command = {
  usage: 'show CREDENTIAL',
  options: REF_OPTIONS,
  words: 1,
  run: async (app, actor, given) => outputOf(await findCredential(app, actor, given)),
}

const SETTINGS = { name: text, kind: text, username: text, header: text, expires: text, 'expiry-policy': text }

const create: Command = {
  usage: `create --scope SCOPE --name NAME --domain HOST …
    --kind basic --username NAME | --kind bearer | --kind custom --header NAME
    [--allow-http] [--expires TIME] [--expiry-policy warn|block] [--remind USER-ID …]
    --secret-stdin | --secret-file FILE | LOCKKEEPER_SECRET`,
  options: { ...SETTINGS, ...SECRET_OPTIONS, scope: text, domain: texts, remind: texts, 'allow-http': flag },
  async run(app, actor, given) {
    const kind = parseInput(CredentialKind, needText(given, 'kind'))
    if (kind === 'basic' && given.text('username') === undefined)
      throw new UsageError('--username is missing. Where the service wants none, give an empty one: --username ""')
    const input = parseInput(NewCredential, {
      ...settingsOf(given),
      name: needText(given, 'name'),
      kind,
      ...fieldsOf(kind, { username: '', header: '', ...openFieldsOf(given) }, await getSecret(given, 'secret')),
      domains: given.list('domain') ?? [],
      allowHttp: given.flag('allow-http'),
    })
    return outputOf(await createCredential(app, actor, scopeOf(given), input))
  },
}

const change: Command = {
  usage: `change CREDENTIAL [--name NAME] [--kind KIND] [--username NAME] [--header NAME] [--expires TIME|never]
    [--expiry-policy warn|block] [--remind USER-ID … | --remind-admins] [--version N]
    [--secret-stdin | --secret-file FILE | --secret-env]`,
  options: { ...REF_OPTIONS, ...SETTINGS, ...SECRET_OPTIONS, remind: texts, 'remind-admins': flag, version: text },
  words: 1,
  async run(app, actor, given) {
    const found = await findCredential(app, actor, given)
    const kind = parseInput(CredentialKind, given.text('kind') ?? found.kind)
    const input = parseInput(CredentialChange, {
      ...settingsOf(given),
      ...(given.flag('remind-admins') ? { remind: [] } : {}),
      kind,
      version: numberOf(given, 'version') ?? found.version,
      ...fieldsOf(kind, openFieldsOf(given), await findSecret(given, 'secret')),
    })
    return outputOf(await changeCredential(app, actor, found.id, input))
  },
}

const remove: Command = {
  usage: 'delete CREDENTIAL [--confirm NAME]          without --confirm: shows what uses it',
  options: { ...REF_OPTIONS, confirm: text },
  words: 1,
  async run(app, actor, given) {
    const { id, name } = await findCredential(app, actor, given)
    if (given.text('confirm') === name) {
      await removeCredential(app, actor, id)
      return { answer: null, text: `Deleted "${name}".` }
    }
    const usage = await readUsage(app, actor, id)
    return { answer: usage, text: `${printUsage(usage)}\nNothing was deleted. Add --confirm "${name}".`, exitCode: 1 }
  },
}

const versions: Command = {
  usage: 'versions CREDENTIAL',
  options: REF_OPTIONS,
  words: 1,
  async run(app, actor, given) {
    const { id } = await findCredential(app, actor, given)
    const page = await listVersions(app, actor, id, { limit: 250 })
    const rows = page.items.map(({ version, at, by, fields, restorable }) => [
      String(version),
      at,
      by.name ?? by.id,
      fields.join(', '),
      restorable ? 'the value before it can be restored' : '',
    ])
    return { answer: page, text: table(rows, 'None is kept.') }
  },
}

const restore: Command = {
  usage: 'restore CREDENTIAL --before VERSION [--version N]   the value before that version',
  options: { ...REF_OPTIONS, before: text, version: text },
  words: 1,
  async run(app, actor, given) {
    needText(given, 'before')
    const before = numberOf(given, 'before') ?? 0
    const found = await findCredential(app, actor, given)
    const input = parseInput(Restore, { version: numberOf(given, 'version') ?? found.version })
    return outputOf(await restoreCredential(app, actor, found.id, before, input))
  },
}

export const VALUE_COMMANDS: Record<string, Command> = { list, show, create, change, delete: remove, versions, restore }

export function outputOf(credential: Credential) {
  return { answer: credential, text: printCredential(credential) }
}

/** The fields of a kind, as the API takes them; those that are not given are left out. */
export function fieldsOf(kind: CredentialKind, open: OpenFields, secret: string | undefined): Record<string, unknown> {
  const fields = {
    basic: { username: open.username, password: secret },
    bearer: { token: secret },
    custom: { header: open.header, value: secret },
  }[kind]
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return given.length === 0 ? {} : { [kind]: Object.fromEntries(given) }
}

type OpenFields = { username?: string | undefined; header?: string | undefined }

function openFieldsOf(given: Given): OpenFields {
  const [username, header] = [given.text('username'), given.text('header')]
  return { ...(username === undefined ? {} : { username }), ...(header === undefined ? {} : { header }) }
}

function settingsOf(given: Given): Record<string, unknown> {
  const expires = given.text('expires')
  const all = {
    name: given.text('name'),
    expiresAt: expires === 'never' ? null : timeOf(expires),
    expiryPolicy: given.text('expiry-policy'),
    remind: given.list('remind'),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
