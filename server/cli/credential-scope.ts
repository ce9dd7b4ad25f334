/** Commands about scopes and their keys, which people know as tokens. */
import type { ScopeState } from '#schema/credential.ts'
import { continueRotations } from '#server/credentials/continue-rotations.ts'
import { previewRegenerate, regenerateScopeKey } from '#server/credentials/regenerate.ts'
import { rotateScopeKey } from '#server/credentials/rotate.ts'
import { createScopeKey } from '#server/credentials/scope-key.ts'
import { listScopes, readScope } from '#server/credentials/scopes.ts'
import { text, type Command } from './command.ts'
import { printPreview, printScopes } from './credential-print.ts'
import { scopeOf } from './credential-ref.ts'

const options = { scope: text }

const list: Command = {
  usage: 'list',
  options: {},
  async run(app, actor) {
    const items: ScopeState[] = []
    let cursor: string | null | undefined
    do {
      const page = await listScopes(app, actor, { limit: 250, ...(typeof cursor === 'string' ? { cursor } : {}) })
      items.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    return { answer: { items, nextCursor: null }, text: printScopes(items) }
  },
}

const show: Command = {
  usage: 'show --scope SCOPE',
  options,
  async run(app, actor, given) {
    const state = await readScope(app, actor, scopeOf(given))
    return { answer: state, text: printScopes([state]) }
  },
}

const generate: Command = {
  usage: 'generate --scope SCOPE                      makes its token, before its first credential',
  options,
  async run(app, actor, given) {
    const key = await createScopeKey(app, actor, scopeOf(given))
    return { answer: key, text: `Generated ${key.fingerprint}, version ${key.version}.` }
  },
}

const rotate: Command = {
  usage: 'rotate --scope SCOPE                        a new token; keeps every credential',
  options,
  async run(app, actor, given) {
    const scope = scopeOf(given)
    await rotateScopeKey(app, actor, scope)
    // A running server may be quicker, and then does it all; without one nobody else would.
    await continueRotations(app)
    const state = await readScope(app, actor, scope)
    return { answer: state, text: printScopes([state]) }
  },
}

const regenerate: Command = {
  usage: `regenerate --scope SCOPE [--confirm SCOPE]  destroys the token and all credentials of the scope, and
    makes a new token; without --confirm: shows what would break`,
  options: { ...options, confirm: text },
  async run(app, actor, given) {
    const scope = scopeOf(given)
    const confirm = given.text('confirm')
    if (confirm === undefined) {
      const preview = await previewRegenerate(app, actor, scope)
      const answer = `${printPreview(preview)}\nNothing was changed. Add --confirm ${scope}.`
      return { answer: preview, text: answer, exitCode: 1 }
    }
    const done = await regenerateScopeKey(app, actor, scope, { confirm })
    const { credentials } = done.destroyed
    return {
      answer: done,
      text: `Destroyed ${credentials.length} credentials and their token; the new one is ${done.key.fingerprint}.`,
    }
  },
}

export const SCOPE_COMMANDS: Record<string, Command> = { list, show, generate, rotate, regenerate }
