import { PasswordInput, type PasswordInputProps } from '@mantine/core'

/** Mantine's password field, which alone of its fields does not tell screen readers that its content is at fault. */
export function PasswordField(props: PasswordInputProps) {
  return <PasswordInput aria-invalid={Boolean(props.error)} {...props} />
}
