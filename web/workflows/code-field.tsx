import { Input, Skeleton } from '@mantine/core'
import { Suspense, lazy, useId } from 'react'
import type { WorkflowReference } from '#schema/workflow-reference.ts'

// The editor's code is as large as the rest of these pages together: it comes when a field needs it.
const CodeEditor = lazy(() => import('./code-editor.tsx'))

type CodeFieldProps = {
  label: string
  description?: string
  path: string
  error: string | undefined
  onBlur: () => void
  value: string
  onChange: (value: string) => void
  references: readonly WorkflowReference[]
  minHeight: number
}

/** JSON with colours, brackets that close themselves, and completion of `${…}`. */
export function CodeField({ label, description, error, minHeight, ...editor }: CodeFieldProps) {
  const id = useId()
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      description={description}
      error={error}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      descriptionProps={{ id: `${id}-description` }}
      errorProps={{ id: `${id}-error` }}
    >
      <Suspense fallback={<Skeleton height={minHeight} radius="md" />}>
        <CodeEditor
          {...editor}
          label={label}
          minHeight={minHeight}
          isWrong={error !== undefined}
          describedBy={[description !== undefined && `${id}-description`, error !== undefined && `${id}-error`]
            .filter((part) => part !== false)
            .join(' ')}
        />
      </Suspense>
    </Input.Wrapper>
  )
}
