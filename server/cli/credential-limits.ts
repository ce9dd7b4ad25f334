/** Commands about where a credential may go, who may use it, and where it is used. */
import { Id } from '#schema/common.ts'
import { CredentialTest, DomainsChange, DomainsCheck, GrantsChange } from '#schema/credential.ts'
import { changeDomains } from '#server/credentials/change-domains.ts'
import { checkDomains } from '#server/credentials/check-domains.ts'
import { effectiveAccess } from '#server/credentials/effective.ts'
import { changeGrants, readGrants } from '#server/credentials/grant.ts'
import { testCredential } from '#server/credentials/test-send.ts'
import { readUsage } from '#server/credentials/usage.ts'
import { findSecret, SECRET_OPTIONS } from './command-secret.ts'
import { flag, needText, numberOf, parseInput, text, texts, UsageError } from './command.ts'
import type { Command } from './command.ts'
import { printAccess, printGrants, printUsage } from './credential-print.ts'
import { findCredential, REF_OPTIONS } from './credential-ref.ts'
import { fieldsOf, outputOf } from './credential-values.ts'

const domains: Command = {
  usage: `domains CREDENTIAL [--domain HOST …] [--allow-http | --https-only] [--version N]
    [--secret-stdin | --secret-file FILE | --secret-env] | --check URL
    shows them, sets them all, or says whether it would be sent to a URL`,
  options: {
    ...REF_OPTIONS,
    ...SECRET_OPTIONS,
    domain: texts,
    'allow-http': flag,
    'https-only': flag,
    version: text,
    check: text,
  },
  words: 1,
  async run(app, actor, given) {
    const found = await findCredential(app, actor, given)
    const url = given.text('check')
    if (url !== undefined) {
      const verdict = await checkDomains(app, actor, found.id, parseInput(DomainsCheck, { url }))
      return { answer: verdict, text: verdict.reason, ...(verdict.allowed ? {} : { exitCode: 1 as const }) }
    }
    const [allowHttp, httpsOnly] = [given.flag('allow-http'), given.flag('https-only')]
    if (allowHttp && httpsOnly) throw new UsageError('Choose one of --allow-http and --https-only.')
    const list = given.list('domain')
    if (list === undefined && !allowHttp && !httpsOnly) {
      const entries = found.domains.map(({ entry, unicode }) => (entry === unicode ? entry : `${entry}  ${unicode}`))
      return { answer: { domains: found.domains, allowHttp: found.allowHttp }, text: entries.join('\n') }
    }
    const input = parseInput(DomainsChange, {
      domains: list ?? found.domains.map(({ entry }) => entry),
      ...(allowHttp || httpsOnly ? { allowHttp } : {}),
      version: numberOf(given, 'version') ?? found.version,
      ...fieldsOf(found.kind, {}, await findSecret(given, 'secret')),
    })
    return outputOf(await changeDomains(app, actor, found.id, input))
  },
}

const grants: Command = {
  usage: `grants CREDENTIAL [--grant PRINCIPAL=LEVEL … | --none] [--version N]
    shows them, or sets them all; PRINCIPAL: user:ID, group:ID or everyone; LEVEL: use, view, edit, administrate`,
  options: { ...REF_OPTIONS, grant: texts, none: flag, version: text },
  words: 1,
  async run(app, actor, given) {
    const { id, version } = await findCredential(app, actor, given)
    const list = given.list('grant')
    if (list !== undefined && given.flag('none')) throw new UsageError('Choose one of --grant and --none.')
    if (list === undefined && !given.flag('none')) {
      const read = await readGrants(app, actor, id)
      return { answer: read, text: printGrants(read) }
    }
    const input = parseInput(GrantsChange, {
      grants: (list ?? []).map(toGrant),
      version: numberOf(given, 'version') ?? version,
    })
    const changed = await changeGrants(app, actor, id, input)
    return { answer: changed, text: printGrants(changed) }
  },
}

const access: Command = {
  usage: 'access CREDENTIAL --user USER-ID            what a person may do with it, and why',
  options: { ...REF_OPTIONS, user: text },
  words: 1,
  async run(app, actor, given) {
    const user = parseInput(Id, needText(given, 'user'))
    const { id } = await findCredential(app, actor, given)
    const found = await effectiveAccess(app, actor, id, user)
    return { answer: found, text: printAccess(found) }
  },
}

const usage: Command = {
  usage: 'usage CREDENTIAL                            what uses it, and when it was last used',
  options: REF_OPTIONS,
  words: 1,
  async run(app, actor, given) {
    const { id } = await findCredential(app, actor, given)
    const found = await readUsage(app, actor, id)
    return { answer: found, text: printUsage(found) }
  },
}

const test: Command = {
  usage: 'test CREDENTIAL --url URL                   sends a GET with it; tells the status alone',
  options: { ...REF_OPTIONS, url: text },
  words: 1,
  async run(app, actor, given) {
    const input = parseInput(CredentialTest, { url: needText(given, 'url') })
    const { id } = await findCredential(app, actor, given)
    const result = await testCredential(app, actor, id, input)
    return { answer: result, text: result.hint, ...(result.ok ? {} : { exitCode: 1 as const }) }
  },
}

export const LIMIT_COMMANDS: Record<string, Command> = { domains, grants, access, usage, test }

function toGrant(given: string): { principal: string; level: string } {
  const at = given.lastIndexOf('=')
  if (at < 1) throw new UsageError('Write --grant PRINCIPAL=LEVEL, such as --grant everyone=use.')
  return { principal: given.slice(0, at), level: given.slice(at + 1) }
}
