/** The fields of a kind, as given, judged by its rules before anything is sealed. */
import type { CredentialKind } from '#schema/credential.ts'
import { checkBasic } from './kinds/basic.ts'
import { checkBearer } from './kinds/bearer.ts'
import type { Checked, Fault } from './kinds/checked.ts'
import { checkCustom } from './kinds/custom.ts'

/** Fields may be left out by a change; an empty secret counts as left out. */
export type GivenFields = {
  basic?: { username?: string | undefined; password?: string | undefined } | undefined
  bearer?: { token?: string | undefined } | undefined
  custom?: { header?: string | undefined; value?: string | undefined } | undefined
}

/** What is stored of the same kind now. */
export type Known = { username: string | null; header: string | null }

/** Judges the fields of `kind`; what is left out is taken from `known`. Fields of another kind are a fault. */
export function checkSecret(kind: CredentialKind, given: GivenFields, known?: Known): Checked {
  const checked = checkKind(kind, given, known)
  return { ...checked, faults: [...foreignFields(kind, given), ...checked.faults] }
}

function checkKind(kind: CredentialKind, given: GivenFields, known: Known | undefined): Checked {
  switch (kind) {
    case 'basic':
      return checkBasic({ ...given.basic, password: keptIfEmpty(given.basic?.password) }, known?.username ?? null)
    case 'bearer':
      return checkBearer(keptIfEmpty(given.bearer?.token))
    case 'custom':
      return checkCustom({ ...given.custom, value: keptIfEmpty(given.custom?.value) }, known?.header ?? null)
    default:
      throw new Error(`unknown kind ${String(kind satisfies never)}`)
  }
}

function foreignFields(kind: CredentialKind, given: GivenFields): Fault[] {
  const kinds = ['basic', 'bearer', 'custom'] as const
  return kinds.flatMap((other) =>
    other === kind || given[other] === undefined
      ? []
      : [{ path: other, message: `These are fields of another kind than "${kind}".` }],
  )
}

function keptIfEmpty(secret: string | undefined): string | undefined {
  return secret === '' ? undefined : secret
}
