import { Alert, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { checkDomains } from '../api/credentials.ts'

type TryUrlProps = { scope: string; domains: string[]; allowHttp: boolean }

/** Says whether the domains as they stand in the form would let a URL pass. Nothing is sent there. */
export function TryUrl({ scope, domains, allowHttp }: TryUrlProps) {
  const [url, setUrl] = useState('')
  const [settled] = useDebouncedValue(url.trim(), 250)
  const { data } = useQuery({
    queryKey: ['domains-check', scope, settled, domains, allowHttp],
    gcTime: 0,
    enabled: settled !== '',
    queryFn: () => checkDomains(scope, { url: settled, domains, allowHttp }),
  })
  return (
    <Stack gap="xs">
      <TextInput
        label="Try a URL"
        description="Would the list above let it pass? Nothing is sent."
        placeholder="https://api.example.com/items"
        autoComplete="off"
        spellCheck={false}
        inputMode="url"
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <div aria-live="polite">
        {data !== undefined && settled !== '' && (
          <Alert color={data.allowed ? 'green' : 'orange'} title={data.allowed ? 'Would match' : 'Would not match'}>
            {data.reason}
          </Alert>
        )}
      </div>
    </Stack>
  )
}
