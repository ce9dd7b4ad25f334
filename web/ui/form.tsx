import { Alert } from '@mantine/core'
import { type UseMutationResult, useMutation } from '@tanstack/react-query'
import { IconAlertTriangle } from '@tabler/icons-react'
import { type FormEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import type { z } from 'zod'
import { focusWhenShown, showOnMount } from './focus.ts'
import { type ApiProblem, toProblem } from '../api/client.ts'

/** The part of Mantine's form that submitting needs. */
type FormLike<Values> = {
  values: Values
  errors: Record<string, ReactNode>
  setErrors: (errors: Record<string, ReactNode>) => void
  setSubmitting: (submitting: boolean) => void
}

type SubmitOptions<Values, Input, Result> = {
  form: FormLike<Values>
  schema: z.ZodType<Input>
  /** The form's values as the API's body. */
  toInput: (values: Values) => unknown
  send: (input: Input) => Promise<Result>
  onDone: (result: Result) => Promise<void> | void
  /** The form's name of a field that the API calls otherwise, as `settings.url` → `url`. */
  fields?: Record<string, string>
  /** Called with the names of the fields at fault, before the first of them gets the focus. */
  onFaults?: (names: string[]) => void
}

export type Submit = { onSubmit: (event: FormEvent) => void; problem: ApiProblem | undefined; busy: boolean }

/** Checks by the API's own schema, sends, and puts every fault at its field; what has no field is the form's problem. */
export function useSubmit<Values extends object, Input, Result>(options: SubmitOptions<Values, Input, Result>): Submit {
  const { form, schema, toInput, fields = {}, onDone, onFaults } = options
  const [problem, setProblem] = useState<ApiProblem>()
  const [refusals, setRefusals] = useState(0)
  const sentFrom = useRef<Element | null>(null)
  const mutation: UseMutationResult<Result, unknown, Input> = useMutation({
    mutationFn: options.send,
    meta: { inline: true },
    // What was typed may be a secret: it does not outlive the form.
    gcTime: 0,
    onSuccess: onDone,
    onError: (error) => {
      const met = toProblem(error)
      const placed = placeFaults(met.errors, form.values, fields)
      showFaults(placed)
      setProblem(Object.keys(placed).length > 0 && met.checks.length === 0 ? undefined : met)
    },
  })

  function showFaults(faults: Record<string, string>): void {
    form.setErrors(faults)
    const names = Object.keys(faults)
    if (names.length === 0) return
    onFaults?.(names)
    setRefusals((count) => count + 1)
  }

  // Together with the faults: a frame sooner finds only older ones, a frame later takes what is typed meanwhile. Who went
  // on typing elsewhere keeps the cursor, or the rest of a secret would land in the field at fault.
  useLayoutEffect(() => {
    if (refusals > 0 && !hasMovedFrom(sentFrom.current)) focusWhenShown(firstFault)
  }, [refusals])

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    sentFrom.current = document.activeElement
    setProblem(undefined)
    const parsed = schema.safeParse(toInput(form.values))
    if (parsed.success) {
      form.setErrors({})
      return mutation.mutate(parsed.data)
    }
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
    showFaults(placeFaults(issues, form.values, fields))
  }

  return { onSubmit, problem, busy: mutation.isPending }
}

/** What the API refused that belongs to no single field. */
export function FormProblem({ problem }: { problem: ApiProblem | undefined }) {
  if (problem === undefined) return null
  return (
    <Alert ref={showOnMount} role="alert" color="red" icon={<IconAlertTriangle />} title={problem.message}>
      {problem.errors.length > 0 && problem.errors.map(({ path, message }) => `${path}: ${message}`).join(' ')}
    </Alert>
  )
}

function placeFaults(
  faults: readonly { path: string; message: string }[],
  values: object,
  fields: Record<string, string>,
): Record<string, string> {
  const placed: Record<string, string> = {}
  for (const { path, message } of faults) {
    const dotted = path.replace(/^\//, '').replaceAll('/', '.')
    // A fault of one item of a list stands at the list.
    const names = [dotted, dotted.replace(/\.\d+$/, '')].map((path) => fields[path] ?? path)
    const name = names.find((one) => one in values)
    if (name !== undefined) placed[name] ??= message
  }
  return placed
}

/** Whether the focus was taken elsewhere since. A button that is disabled while it is busy loses it to the body. */
function hasMovedFrom(before: Element | null): boolean {
  const now = document.activeElement
  return now !== before && now !== document.body && now !== null
}

function firstFault(): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>('form [aria-invalid="true"]')].find((field) =>
    field.checkVisibility(),
  )
}
