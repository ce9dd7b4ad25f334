import { Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { EventType } from '#schema/workflow.ts'
import { urlCheckQuery } from '../api/workflows.ts'
import { ReferenceText } from './reference-text.tsx'
import { withExamples } from './references.ts'

type UrlFieldProps = {
  path: string
  events: readonly EventType[]
  credentialId: string | undefined
  url: string
  onChange: (url: string) => void
}

/** The address of a webhook. While it is typed, it is judged by the domains of the credential. */
export function UrlField({ path, events, credentialId, url, onChange }: UrlFieldProps) {
  const verdict = useVerdict(credentialId, url)
  return (
    <div style={{ flex: '1 1 240px', minWidth: 0 }}>
      <ReferenceText
        label="URL"
        required
        placeholder="https://crm.example.com/pages/${page.id}"
        path={path}
        events={events}
        value={url}
        onChange={(next) => onChange(next.trim())}
        error={verdict?.allowed === false ? verdict.reason : undefined}
        description={
          <Text span size="xs" c="dimmed" aria-live="polite">
            {verdict?.allowed === true ? 'The credential may be sent there.' : 'Type $ to put in values of the page.'}
          </Text>
        }
      />
    </div>
  )
}

function useVerdict(credentialId: string | undefined, url: string) {
  const [settled] = useDebouncedValue(withExamples(url), 300)
  const { data } = useQuery({
    ...urlCheckQuery(credentialId ?? '', settled),
    enabled: credentialId !== undefined && credentialId !== '' && settled !== '',
  })
  return settled === withExamples(url) ? data : undefined
}
