import { TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { ReactNode } from 'react'
import type { By } from '#schema/credential.ts'
import type { CredentialValues } from './credential-form.ts'
import { ExpiryFields } from './expiry-fields.tsx'
import { KindFields } from './kind-fields.tsx'

type CredentialFieldsProps = {
  form: UseFormReturnType<CredentialValues>
  scope: string
  stored: boolean
  demand: string | undefined
  /** Which field has the cursor first. */
  focus: 'name' | 'secret'
  reminded: readonly By[]
  /** Where it may go. */
  children: ReactNode
}

/** The fields that creating and editing share. */
export function CredentialFields({ form, scope, stored, demand, focus, reminded, children }: CredentialFieldsProps) {
  return (
    <>
      <TextInput
        label="Name"
        description="How people find it."
        required
        autoComplete="off"
        maxLength={100}
        {...(focus === 'name' && { 'data-autofocus': true })}
        {...form.getInputProps('name')}
      />
      <KindFields form={form} stored={stored} demand={demand} focused={focus === 'secret'} />
      {children}
      <ExpiryFields form={form} scope={scope} reminded={reminded} />
    </>
  )
}
