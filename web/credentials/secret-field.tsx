import type { PasswordInputProps } from '@mantine/core'
import { PasswordField } from '../ui/password-field.tsx'

type SecretFieldProps = PasswordInputProps & {
  label: string
  help?: string
  stored: boolean
  demand: string | undefined
}

const keep = 'Leave empty to keep'

/** A secret being given. Browsers and their helpers are asked to neither fill nor keep it. */
export function SecretField({ label, help, stored, demand, ...input }: SecretFieldProps) {
  const mayKeep = stored && demand === undefined
  return (
    <PasswordField
      label={label}
      description={input.error ? help : (demand ?? help)}
      required={!mayKeep}
      placeholder={mayKeep ? keep : ''}
      autoComplete="new-password"
      spellCheck={false}
      data-1p-ignore
      data-lpignore="true"
      data-bwignore
      {...input}
    />
  )
}
